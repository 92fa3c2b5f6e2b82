package dev.penstock.gateway.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.penstock.routing.Operation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class EligibilityTest {
    private static final Eligibility.Terms TERMS = new Eligibility.Terms(false, 0.7, 200);

    private static Eligibility of(String fields) {
        return Eligibility.of(
                Operation.CHAT,
                Forms.chat("{'messages':[{'role':'user','content':'what is it?'}]"
                        + (fields.isEmpty() ? "" : "," + fields) + "}"),
                TERMS,
                false);
    }

    /** A dash: it may. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "'temperature':0 | - | -",
                "'temperature':0.0,'n':1 | - | -",
                "'temperature':0.7 | temperature | -",
                "'temperature':0.8 | temperature | temperature",
                "'model':'m' | temperature | temperature",
                "'temperature':0,'n':2 | - | n",
                "'temperature':0,'tools':[{}] | - | tools",
                "'temperature':0,'tool_choice':'none' | - | tools",
                "'temperature':0,'logprobs':true | - | logprobs",
                "'temperature':0,'logprobs':false | - | -",
                "'temperature':0,'seed':5 | - | seed",
                "'temperature':0,'modalities':['audio'] | - | media",
                "'temperature':0,'response_format':{'type':'json_object'} | - | -",
            })
    void parametersDecide(String fields, String exact, String semantic) {
        Eligibility eligibility = of(fields);
        assertEquals(exact, eligibility.exact().orElse("-"), fields);
        assertEquals(semantic, eligibility.semantic().orElse("-"), fields);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "[{'role':'user','content':[{'type':'text','text':'words'}]}] | -",
                "[{'role':'user','content':[{'type':'text','text':'words'},{'type':'image_url','image_url':{'url':'u'}}]}] | no-question",
                "[{'role':'user','content':[{'type':'text','text':'a'},{'type':'text','text':'b'}]}] | no-question",
                "[{'role':'user','content':'a'},{'role':'assistant','content':'b'}] | no-question",
                "[{'role':'user','content':'   '}] | length",
                "[{'role':'user','content':'a'},{'role':'assistant','tool_calls':[{}]},{'role':'tool','content':'x'},{'role':'user','content':'b'}] | tools",
            })
    void soDoMessages(String messages, String semantic) {
        Eligibility eligibility = Eligibility.of(
                Operation.CHAT, Forms.chat("{'temperature':0,'messages':" + messages + "}"), TERMS, false);
        assertEquals(semantic, eligibility.semantic().orElse("-"), messages);
    }

    @Test
    void whoOptsInIsAnsweredWhateverTheTemperature() {
        RequestForm form = Forms.chat("{'messages':[{'role':'user','content':'a'}]}");
        assertEquals(
                "-", Eligibility.of(Operation.CHAT, form, TERMS, true).exact().orElse("-"));
        Eligibility.Terms any = new Eligibility.Terms(true, 2, 200);
        assertEquals(
                "-", Eligibility.of(Operation.CHAT, form, any, false).exact().orElse("-"));
        assertEquals(
                "-", Eligibility.of(Operation.CHAT, form, any, false).semantic().orElse("-"));
    }

    @Test
    void embeddingsAreTheSameEveryTime() {
        RequestForm form = Forms.of(Operation.EMBEDDING, "{'model':'m','input':'a'}");
        assertEquals(
                new Eligibility(java.util.Optional.empty(), java.util.Optional.of("embedding")),
                Eligibility.of(Operation.EMBEDDING, form, TERMS, false));
    }

    @Test
    void aLongQuestionIsNotSearchedFor() {
        RequestForm form =
                Forms.chat("{'temperature':0,'messages':[{'role':'user','content':'" + "a ".repeat(101) + "'}]}");
        assertEquals(
                "length",
                Eligibility.of(Operation.CHAT, form, TERMS, false).semantic().orElse("-"));
    }
}
