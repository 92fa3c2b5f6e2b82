package dev.penstock.loadtest.generator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ResponseReaderTest {
    /** What was read, as a text. */
    private static final class Read implements ResponseReader.Target {
        private final StringBuilder told = new StringBuilder();

        @Override
        public void head(int status, String contentType, Remembered remembered) {
            told.append(status).append(' ').append(contentType);
            if (remembered != Remembered.UNTOLD) {
                told.append(' ').append(remembered);
            }
            told.append('|');
        }

        @Override
        public void body(byte[] bytes, int start, int end) {
            told.append(new String(bytes, start, end - start, StandardCharsets.UTF_8));
        }

        @Override
        public void end(boolean keepAlive) {
            told.append('|').append(keepAlive);
        }
    }

    private final Read read = new Read();
    private final ResponseReader reader = new ResponseReader(read);

    private void take(String text, int pieceBytes) throws WrongAnswerException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        for (int at = 0; at < bytes.length; at += pieceBytes) {
            reader.take(Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + pieceBytes)));
        }
    }

    static Stream<String[]> whole() {
        String ok = "HTTP/1.1 200 OK\r\nContent-Type: Application/JSON\r\n";
        return Stream.of(
                new String[] {ok + "Content-Length: 5\r\n\r\nhello", "200 application/json|hello|true"},
                new String[] {ok + "content-length: 0\r\n\r\n", "200 application/json||true"},
                new String[] {
                    ok + "Transfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2;x=y\r\nlo\r\n0\r\nA: b\r\n\r\n",
                    "200 application/json|hello|true"
                },
                new String[] {ok + "Connection: close\r\nContent-Length: 2\r\n\r\nhi", "200 application/json|hi|false"},
                new String[] {"HTTP/1.0 503 x\r\nContent-Length: 2\r\n\r\nhi", "503 |hi|false"},
                new String[] {"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200\r\nContent-Length: 2\r\n\r\nhi", "200 |hi|true"
                },
                new String[] {
                    ok + "X-Penstock-Cache: semantic; p=0.9900\r\nContent-Length: 2\r\n\r\nhi",
                    "200 application/json SEMANTIC|hi|true"
                },
                new String[] {"HTTP/1.1 204 No Content\r\n\r\n", "204 ||true"});
    }

    @ParameterizedTest
    @MethodSource("whole")
    void readsAnswersHoweverTheyAreCut(String answer, String expected) throws WrongAnswerException {
        for (int piece : new int[] {1, 2, 7, 10_000}) {
            read.told.setLength(0);
            reader.expect();
            take(answer, piece);
            assertEquals(expected, read.told.toString(), () -> "in pieces of " + piece);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\nContent-Length: 0\r\n\r\n",
                "HTTP/2.0 200 OK\r\n\r\n",
                "HTTP/1.1 2x0 OK\r\n\r\n",
                "HTTP/1.1 200OK\r\n\r\n",
                "garbage\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length : 0\r\n\r\n",
                "HTTP/1.1 200 OK\r\n folded\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhello\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi there",
            })
    void refusesWhatIsNotHttp(String answer) {
        reader.expect();
        WrongAnswerException wrong = assertThrows(WrongAnswerException.class, () -> take(answer, 10_000));
        assertEquals(Failure.HTTP_FRAMING, wrong.failure());
    }

    @Test
    void bytesThatNobodyAskedForAreAFault() {
        assertThrows(WrongAnswerException.class, () -> take("HTTP/1.1 200 OK\r\n", 100));
    }

    @Test
    void withoutALengthTheEndOfTheConnectionIsTheEnd() throws WrongAnswerException {
        reader.expect();
        take("HTTP/1.1 200 OK\r\n\r\nhello", 3);
        assertTrue(reader.closed());
        assertEquals("200 |hello|false", read.told.toString());
    }
}
