package io.kulkul.core.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import io.kulkul.core.protocol.Command;
import io.kulkul.core.protocol.Command.Malformed;
import io.kulkul.core.protocol.ErrorCode;
import io.kulkul.core.protocol.Since;
import io.kulkul.core.testkit.JsonTexts;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The frames that clients send: what each asks, and which error answers what is none. */
class NativeCommandsTest {

    private final NativeDialect dialect = new NativeDialect();

    private List<Command> readAll(String frame) {
        return dialect.read(JsonTexts.json(frame));
    }

    private Command read(String frame) {
        List<Command> commands = readAll(frame);
        assertThat(commands).hasSize(1);
        return commands.get(0);
    }

    private Malformed malformed(String frame) {
        Command command = read(frame);
        assertThat(command).as(frame).isInstanceOf(Malformed.class);
        return (Malformed) command;
    }

    @Test
    void authenticate() {
        assertThat(read("{'type':'authenticate','id':'1','token':'t'}")).isEqualTo(new Command.Authenticate("1", "t"));
    }

    @Test
    void aTokenIsNotPrinted() {
        assertThat(read("{'type':'authenticate','token':'secret'}").toString()).doesNotContain("secret");
    }

    @Test
    void subscribe() {
        assertThat(read("{'type':'subscribe','channel':'a'}")).isEqualTo(new Command.Subscribe(null, "a", null, null));
        assertThat(read("{'type':'subscribe','id':'1','channel':'a','since':{'seq':7,'epoch':'e'},'filter':{ 'x':1 }}"))
                .isEqualTo(new Command.Subscribe("1", "a", new Since.After(7, "e"), JsonTexts.json("{ 'x':1 }")));
        assertThat(read("{'type':'subscribe','channel':'a','since':{'seq':0}}"))
                .isEqualTo(new Command.Subscribe(null, "a", new Since.After(0, null), null));
    }

    @Test
    void subscribeToAPattern() {
        assertThat(read("{'type':'subscribe','channel':'a:*','since':{'channels':{'a:1':{'seq':7,'epoch':'e'},"
                        + "'a:2':{'seq':0}},'timestamp':1234}}"))
                .isEqualTo(new Command.Subscribe(
                        null,
                        "a:*",
                        new Since.AfterEach(
                                Map.of("a:1", new Since.After(7, "e"), "a:2", new Since.After(0, null)), 1234),
                        null));
        assertThat(read("{'type':'subscribe','channel':'a:*','since':{'timestamp':1234}}"))
                .isEqualTo(new Command.Subscribe(null, "a:*", new Since.AfterEach(Map.of(), 1234), null));
    }

    @Test
    void unsubscribe() {
        assertThat(read("{'type':'unsubscribe','id':'1','channel':'a'}")).isEqualTo(new Command.Unsubscribe("1", "a"));
    }

    @Test
    void publish() {
        assertThat(read("{'type':'publish','id':'1','channel':'a','event':'e','payload':{ 'b' : [1] },'key':'k',"
                        + "'correlation':'c'}"))
                .isEqualTo(new Command.Publish("1", "a", "e", JsonTexts.json("{ 'b' : [1] }"), "k", "c"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "1", "-1.5e3", "true", "''", "'x'", "[]", "{}"})
    void anyJsonIsAPayload(String payload) {
        assertThat(read("{'type':'publish','channel':'a','event':'e','payload':" + payload + "}"))
                .isEqualTo(new Command.Publish(null, "a", "e", JsonTexts.json(payload), null, null));
    }

    @Test
    void history() {
        assertThat(read("{'type':'history','channel':'a'}"))
                .isEqualTo(new Command.History(null, "a", null, 100, false));
        assertThat(
                        read(
                                "{'type':'history','id':'1','channel':'a','since':{'seq':7,'epoch':'e'},'limit':1000,'reverse':true}"))
                .isEqualTo(new Command.History("1", "a", new Since.After(7, "e"), 1000, true));
    }

    @Test
    void presencePingAndPong() {
        assertThat(read("{'type':'presence','id':'1','channel':'a'}")).isEqualTo(new Command.Presence("1", "a"));
        assertThat(read("{'type':'ping','id':'1'}")).isEqualTo(new Command.Ping("1"));
        assertThat(read("{'type':'ping'}")).isEqualTo(new Command.Ping(null));
        assertThat(read("{'type':'pong'}")).isEqualTo(new Command.Pong(null));
    }

    @Test
    void unknownMembersAreIgnoredAndNullCountsAsAbsent() {
        assertThat(read("{'x':{'y':[1]},'type':'subscribe','id':null,'channel':'a','since':null,'filter':null,'z':1}"))
                .isEqualTo(new Command.Subscribe(null, "a", null, null));
        assertThat(read("{'type':'history','channel':'a','limit':null,'reverse':null}"))
                .isEqualTo(new Command.History(null, "a", null, 100, false));
    }

    @Test
    void anArrayHasItsCommandsInOrder() {
        assertThat(readAll("[{'type':'ping','id':'1'},{'type':'dance','id':'2'},7,{'type':'pong'}]"))
                .satisfiesExactly(
                        ping -> assertThat(ping).isEqualTo(new Command.Ping("1")),
                        dance -> assertThat(dance)
                                .isInstanceOfSatisfying(
                                        Malformed.class,
                                        refused -> assertThat(refused.code()).isEqualTo(ErrorCode.UNKNOWN_TYPE)),
                        seven -> assertThat(seven)
                                .isInstanceOfSatisfying(
                                        Malformed.class,
                                        refused -> assertThat(refused.code()).isEqualTo(ErrorCode.BAD_REQUEST)),
                        pong -> assertThat(pong).isEqualTo(new Command.Pong(null)));
    }

    @Test
    void anArrayHasAtMostAThousand() {
        assertThat(readAll("[" + "{'type':'ping'},".repeat(999) + "{'type':'ping'}]"))
                .hasSize(1000);

        assertThat(read("[" + "{'type':'ping'},".repeat(1000) + "{'type':'ping'}]"))
                .isInstanceOf(Malformed.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "x",
                "{'type':'ping'",
                "{'type':'ping'}}",
                "{'type':'ping'} {}",
                "[{'type':'ping'}",
                "[{'type':'ping'},]",
                "{'type':'ping',}",
                "{'type':'publish','channel':'a','event':'e','payload':01}",
                "{'type':'publish','channel':'a','event':'e','payload':NaN}",
                "\u0000",
                "{'type':'\u0001'}"
            })
    void whatIsNoJsonIsBadJson(String frame) {
        assertThat(malformed(frame))
                .returns(ErrorCode.BAD_JSON, Malformed::code)
                .returns(null, Malformed::id);
    }

    @Test
    void whatIsBeyondTheBoundsIsBadJson() {
        assertThat(malformed("[".repeat(100_000)).code()).isEqualTo(ErrorCode.BAD_JSON);
        assertThat(malformed("{'type':'ping','x':" + "{'a':".repeat(200) + "1" + "}".repeat(200) + "}")
                        .code())
                .isEqualTo(ErrorCode.BAD_JSON);
        assertThat(malformed("{'type':'ping','x':" + "9".repeat(1001) + "}").code())
                .isEqualTo(ErrorCode.BAD_JSON);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1",
                "null",
                "'ping'",
                "true",
                "[]",
                "[1]",
                "[[{'type':'ping'}]]",
                "{}",
                "{'id':'1'}",
                "{'type':null}",
                "{'type':1}",
                "{'type':''}",
                "{'type':{}}",
                "{'type':'ping','id':1}",
                "{'type':'ping','id':{}}",
                "{'type':'authenticate'}",
                "{'type':'authenticate','token':null}",
                "{'type':'authenticate','token':1}",
                "{'type':'authenticate','token':''}",
                "{'type':'subscribe'}",
                "{'type':'subscribe','channel':null}",
                "{'type':'subscribe','channel':1}",
                "{'type':'subscribe','channel':['a']}",
                "{'type':'subscribe','channel':'a','since':7}",
                "{'type':'subscribe','channel':'a','since':'7'}",
                "{'type':'subscribe','channel':'a','since':[]}",
                "{'type':'subscribe','channel':'a','since':{}}",
                "{'type':'subscribe','channel':'a','since':{'seq':null}}",
                "{'type':'subscribe','channel':'a','since':{'seq':'7'}}",
                "{'type':'subscribe','channel':'a','since':{'seq':-1}}",
                "{'type':'subscribe','channel':'a','since':{'seq':1.5}}",
                "{'type':'subscribe','channel':'a','since':{'seq':1e3}}",
                "{'type':'subscribe','channel':'a','since':{'seq':9223372036854775808}}",
                "{'type':'subscribe','channel':'a','since':{'seq':1,'epoch':1}}",
                "{'type':'subscribe','channel':'a:*','since':{'channels':{}}}",
                "{'type':'subscribe','channel':'a:*','since':{'channels':[],'timestamp':1}}",
                "{'type':'subscribe','channel':'a:*','since':{'channels':{'a:1':7},'timestamp':1}}",
                "{'type':'subscribe','channel':'a:*','since':{'channels':{'a:1':{}},'timestamp':1}}",
                "{'type':'subscribe','channel':'a:*','since':{'channels':{},'timestamp':'1'}}",
                "{'type':'subscribe','channel':'a','filter':'x'}",
                "{'type':'subscribe','channel':'a','filter':[]}",
                "{'type':'unsubscribe'}",
                "{'type':'publish'}",
                "{'type':'publish','channel':'a','payload':1}",
                "{'type':'publish','channel':'a','event':'','payload':1}",
                "{'type':'publish','channel':'a','event':1,'payload':1}",
                "{'type':'publish','channel':'a','event':'e'}",
                "{'type':'publish','event':'e','payload':1}",
                "{'type':'publish','channel':'a','event':'e','payload':1,'key':1}",
                "{'type':'publish','channel':'a','event':'e','payload':1,'correlation':{}}",
                "{'type':'history'}",
                "{'type':'history','channel':'a','limit':0}",
                "{'type':'history','channel':'a','limit':1001}",
                "{'type':'history','channel':'a','limit':-1}",
                "{'type':'history','channel':'a','limit':'5'}",
                "{'type':'history','channel':'a','limit':1.0}",
                "{'type':'history','channel':'a','reverse':'yes'}",
                "{'type':'history','channel':'a','reverse':1}",
                "{'type':'history','channel':'a','since':{'channels':{},'timestamp':1}}",
                "{'type':'presence'}"
            })
    void whatIsJsonButNoCommandIsABadRequest(String frame) {
        Malformed refused = malformed(frame);

        assertThat(refused.code()).isEqualTo(ErrorCode.BAD_REQUEST);
        assertThat(refused.message()).isNotBlank();
    }

    @ParameterizedTest
    @CsvSource({
        "type, 255, ping",
        "id, 128, ping",
        "key, 128, publish",
        "correlation, 128, publish",
        "event, 255, publish"
    })
    void textsHaveTheirBounds(String member, int max, String type) {
        assertThat(frameWith(member, "x".repeat(max), type))
                .as("at the bound")
                .satisfies(command -> assertThat(
                                command instanceof Malformed refused && refused.code() == ErrorCode.BAD_REQUEST)
                        .isFalse());
        assertThat(frameWith(member, "x".repeat(max + 1), type))
                .as("above the bound")
                .isInstanceOfSatisfying(
                        Malformed.class, refused -> assertThat(refused.code()).isEqualTo(ErrorCode.BAD_REQUEST));
    }

    private Command frameWith(String member, String text, String type) {
        // Of members of the same name the last one counts.
        return read("{'type':'" + type + "','channel':'a','event':'e','payload':1,'" + member + "':'" + text + "'}");
    }

    @Test
    void anEpochHasItsBoundToo() {
        assertThat(malformed("{'type':'subscribe','channel':'a','since':{'seq':1,'epoch':'" + "e".repeat(129) + "'}}")
                        .code())
                .isEqualTo(ErrorCode.BAD_REQUEST);
    }

    @Test
    void aSinceListsAtMostTenThousandChannels() {
        StringBuilder channels = new StringBuilder();
        for (int i = 0; i <= 10_000; i++) {
            channels.append(i == 0 ? "" : ",").append("'c").append(i).append("':{'seq':1}");
        }

        assertThat(malformed("{'type':'subscribe','channel':'*','since':{'channels':{" + channels + "},'timestamp':1}}")
                        .code())
                .isEqualTo(ErrorCode.BAD_REQUEST);
    }

    @Test
    void anUnknownVerbIsSaidToBeUnknownUnderItsId() {
        assertThat(malformed("{'type':'dance','id':'7'}"))
                .returns(ErrorCode.UNKNOWN_TYPE, Malformed::code)
                .returns("7", Malformed::id);
        assertThat(malformed("{'type':'Subscribe','channel':'a'}").code()).isEqualTo(ErrorCode.UNKNOWN_TYPE);
        assertThat(malformed("{'type':'message','channel':'a'}").code()).isEqualTo(ErrorCode.UNKNOWN_TYPE);
    }

    @Test
    void aRefusedCommandKeepsItsId() {
        assertThat(malformed("{'type':'subscribe','id':'7'}").id()).isEqualTo("7");
    }

    @Test
    void aRefusalDoesNotRepeatWhatTheClientSent() {
        assertThat(malformed("{'type':'secret-verb'}").message()).doesNotContain("secret-verb");
        assertThat(malformed("{'type':'ping','x':secret}").message()).doesNotContain("secret");
    }
}
