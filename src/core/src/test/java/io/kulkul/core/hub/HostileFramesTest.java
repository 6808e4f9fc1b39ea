package io.kulkul.core.hub;

import static io.kulkul.core.testkit.Tokens.aTokenFor;
import static org.assertj.core.api.Assertions.assertThat;

import io.kulkul.core.testkit.FakeClient;
import io.kulkul.core.testkit.JsonTexts;
import io.kulkul.core.testkit.TestHub;
import io.kulkul.core.testkit.Tokens;
import jakarta.json.JsonObject;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Frames that were made to do harm, or that came broken: each has its answer, and none is a bug of ours. */
class HostileFramesTest {

    private static final List<String> FRAMES = List.of(
            "{'type':'authenticate','id':'1','token':'x.y.z'}",
            "{'type':'subscribe','id':'2','channel':'a:*','since':{'channels':{'a:1':{'seq':7,'epoch':'e'}},'timestamp':1}}",
            "{'type':'subscribe','id':'3','channel':'a:1','since':{'seq':7,'epoch':'e'},'filter':{'/a/0':[1,'x',true]}}",
            "{'type':'unsubscribe','id':'4','channel':'a:1'}",
            "{'type':'publish','id':'5','channel':'a:1','event':'e','payload':{'a':[1e3,null]},'key':'k','correlation':'c'}",
            "{'type':'history','id':'6','channel':'a:1','since':{'seq':1},'limit':5,'reverse':true}",
            "{'type':'presence','id':'7','channel':'a:1'}",
            "[{'type':'ping','id':'8'},{'type':'pong'}]");

    private static final String[] SPLINTERS = {
        "{",
        "}",
        "[",
        "]",
        "\"",
        "\\",
        ",",
        ":",
        "null",
        "true",
        "-1",
        "1e999999999",
        "9".repeat(1200),
        "[".repeat(300),
        "\u0000",
        "\uD800",
        "😀",
        "*",
        "$",
        "a:*",
        " ",
        "\\u0000",
        "\"id\":1,",
        "\"type\":\"subscribe\","
    };

    private final TestHub hub = TestHub.open();
    private final Random random = new Random(3);

    @Test
    void brokenFramesAreAnsweredAndAreNoBugs() {
        Tokens token = aTokenFor("root").withScope("admin");
        String signed = token.signed();
        FakeClient client = hub.client().token(signed).connects().greeted();
        for (int i = 0; i < 5_000; i++) {
            if (client.connection().ended()) {
                client.expectClose(4400);
                client = hub.client().token(signed).connects().greeted();
            }
            String frame = broken(JsonTexts.json(FRAMES.get(random.nextInt(FRAMES.size()))));
            client.sendsAsIs(frame);
            for (JsonObject answer : client.rest()) {
                assertThat(answer.getString("type")).isNotEmpty();
                assertThat(answer.getString("code", ""))
                        .as("the answer to " + frame)
                        .isNotEqualTo("internal");
            }
        }
    }

    private String broken(String frame) {
        String broken = frame;
        for (int cuts = 1 + random.nextInt(3); cuts > 0; cuts--) {
            int at = random.nextInt(broken.length() + 1);
            int to = Math.min(broken.length(), at + random.nextInt(6));
            String splinter = random.nextBoolean() ? SPLINTERS[random.nextInt(SPLINTERS.length)] : "";
            broken = broken.substring(0, at) + splinter + broken.substring(to);
        }
        return broken;
    }

    @Test
    void everyCutOffFrameIsAnsweredWithBadJson() {
        FakeClient client = hub.clientOf("alice");
        String frame = JsonTexts.json(FRAMES.get(2));

        for (int length = 0; length < 60; length++) {
            client.sendsAsIs(frame.substring(0, length)).expectError("bad_json");
        }
    }
}
