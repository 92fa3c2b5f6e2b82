package dev.penstock.loadtest.generator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.loadtest.mock.AnswerKey;
import dev.penstock.loadtest.mock.MockAnswer;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Right answers pass however they are cut and written; each way of being wrong is found and named. */
final class StreamCheckTest {
    private static final String MODEL = "m";
    private static final int TOKENS = 120;
    private static final MockAnswer ANSWER = new AnswerKey(7, 4).answer("a prompt", TOKENS);

    private static List<byte[]> frames() {
        return new ArrayList<>(ANSWER.frames(MODEL, 1, true));
    }

    private static byte[] joined(List<byte[]> frames) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        frames.forEach(all::writeBytes);
        return all.toByteArray();
    }

    private static StreamCheck check(Expected expected, byte[] stream, int pieceBytes) throws WrongAnswerException {
        StreamCheck check = new StreamCheck(expected);
        for (int at = 0; at < stream.length; at += pieceBytes) {
            int end = Math.min(stream.length, at + pieceBytes);
            check.take(stream, at, end, 1000 + at);
        }
        check.end();
        return check;
    }

    private static Expected expected() {
        return Expected.stream(ANSWER, MODEL);
    }

    @Test
    void theAnswerHasLettersThatJsonWritesInSeveralWays() {
        assertTrue(ANSWER.text().contains("é") && ANSWER.text().contains("\""), ANSWER::text);
    }

    @Test
    void theMocksBytesAreRightHoweverTheyAreCut() throws WrongAnswerException {
        for (int piece : new int[] {1, 3, 100, 1 << 20}) {
            assertEquals(TOKENS, check(expected(), joined(frames()), piece).tokens());
        }
    }

    static Stream<Arguments> rewritten() {
        return Stream.of(
                Arguments.of(
                        "another model", (UnaryOperator<String>) s -> s.replace("\"model\":\"m\"", "\"model\":\"x\"")),
                Arguments.of("blanks in JSON", (UnaryOperator<String>) s -> s.replace("\":", "\" : ")),
                Arguments.of("CRLF", (UnaryOperator<String>) s -> s.replace("\n\n", "\r\n\r\n")),
                Arguments.of("comments", (UnaryOperator<String>) s -> s.replaceFirst("\n\n", "\n\n: alive\n\n")),
                Arguments.of("escapes", (UnaryOperator<String>)
                        s -> s.replace("é", "\\u00e9").replace("/", "\\/")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rewritten")
    void anAnswerMayBeWrittenInAnotherWay(String name, UnaryOperator<String> rewrite) throws WrongAnswerException {
        String original = new String(joined(frames()), StandardCharsets.UTF_8);
        byte[] stream = rewrite.apply(original).getBytes(StandardCharsets.UTF_8);
        for (int piece : new int[] {1, 7, 1 << 20}) {
            assertEquals(TOKENS, check(expected(), stream, piece).tokens(), name);
        }
    }

    @Test
    void anAnswerThatDiffersLateIsReadFromThereOn() throws WrongAnswerException {
        // At each frame in turn a comment comes between: what was compared and what is read must fit together.
        for (int at = 0; at < TOKENS + 3; at++) {
            List<byte[]> frames = frames();
            frames.add(at, ": alive\n\n".getBytes(StandardCharsets.UTF_8));
            assertEquals(TOKENS, check(expected(), joined(frames), 5).tokens(), "comment at " + at);
        }
    }

    static Stream<Arguments> wrong() {
        List<byte[]> lost = frames();
        lost.remove(10);
        List<byte[]> doubled = frames();
        doubled.add(10, doubled.get(10));
        List<byte[]> swapped = frames();
        swapped.set(10, frames().get(11));
        swapped.set(11, frames().get(10));
        List<byte[]> last = frames();
        last.remove(TOKENS);
        List<byte[]> noDone = frames();
        noDone.removeLast();
        List<byte[]> noUsage = frames();
        noUsage.remove(noUsage.size() - 2);
        List<byte[]> noFinish = frames();
        noFinish.remove(noFinish.size() - 3);
        List<byte[]> more = frames();
        more.add(frames().get(3));
        List<byte[]> error = frames().subList(0, 8);
        error.add("event: error\ndata: {\"error\":{\"message\":\"x\"}}\n\n".getBytes(StandardCharsets.UTF_8));
        List<byte[]> errorInside = frames().subList(0, 8);
        errorInside.add("data: {\"error\":{\"message\":\"x\"}}\n\n".getBytes(StandardCharsets.UTF_8));
        List<byte[]> garbage = frames();
        garbage.set(5, "data: {\"choices\":[\n\n".getBytes(StandardCharsets.UTF_8));
        List<byte[]> cut = new ArrayList<>(frames().subList(0, 6));
        cut.add(Arrays.copyOf(frames().get(6), 20));
        return Stream.of(
                Arguments.of("a token lost", lost, Failure.CONTENT),
                Arguments.of("a token doubled", doubled, Failure.CONTENT),
                Arguments.of("two tokens swapped", swapped, Failure.CONTENT),
                Arguments.of("the last token lost", last, Failure.CONTENT),
                Arguments.of("no [DONE]", noDone, Failure.NO_DONE),
                Arguments.of("no usage", noUsage, Failure.USAGE),
                Arguments.of("no finish", noFinish, Failure.SHAPE),
                Arguments.of("more after the end", more, Failure.SSE_FRAMING),
                Arguments.of("an error event", error, Failure.ERROR_EVENT),
                Arguments.of("an error within a chunk", errorInside, Failure.ERROR_EVENT),
                Arguments.of("no JSON", garbage, Failure.SSE_FRAMING),
                Arguments.of("cut within an event", cut, Failure.SSE_FRAMING),
                Arguments.of("nothing at all", List.<byte[]>of(), Failure.NO_DONE));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("wrong")
    void whatIsWrongIsFoundAndNamed(String name, List<byte[]> frames, Failure failure) {
        for (int piece : new int[] {1, 7, 1 << 20}) {
            WrongAnswerException found =
                    assertThrows(WrongAnswerException.class, () -> check(expected(), joined(frames), piece));
            assertEquals(failure, found.failure(), name + ", in pieces of " + piece);
        }
    }

    @Test
    void withoutAKeyTheShapeIsChecked() throws WrongAnswerException {
        assertEquals(TOKENS, check(Expected.ANY, joined(frames()), 11).tokens());
        List<byte[]> noDone = frames();
        noDone.removeLast();
        assertEquals(
                Failure.NO_DONE,
                assertThrows(WrongAnswerException.class, () -> check(Expected.ANY, joined(noDone), 11))
                        .failure());
    }

    @Test
    void gapsAreBetweenContent() throws WrongAnswerException {
        StreamCheck check = new StreamCheck(expected());
        List<byte[]> frames = frames();
        long now = 0;
        for (byte[] frame : frames) {
            now += 1000;
            check.take(frame, 0, frame.length, now);
        }
        check.end();
        assertEquals(2000, check.firstContentAt(), "the first frame has the role only");
        assertEquals(1000, check.gaps().largest());
    }
}
