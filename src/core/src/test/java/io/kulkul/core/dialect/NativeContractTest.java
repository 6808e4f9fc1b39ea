package io.kulkul.core.dialect;

import io.kulkul.core.protocol.Command;
import io.kulkul.core.protocol.Reply;
import java.time.Clock;
import java.util.List;
import java.util.Map;

/** The native frames keep the contract too; {@link NativeCommandsTest} and {@link NativeDialectTest} have the rest. */
class NativeContractTest extends DialectContract {

    @Override
    Dialect dialect(Clock clock) {
        return spoken("kulkul", clock);
    }

    @Override
    Map<String, Command> asks() {
        return Map.of(
                "{'type':'subscribe','id':'1','channel':'a:1'}", new Command.Subscribe("1", "a:1", null, null),
                "{'type':'unsubscribe','channel':'a:1'}", new Command.Unsubscribe(null, "a:1"),
                "{'type':'publish','channel':'a:1','event':'e','payload':null}",
                        new Command.Publish(null, "a:1", "e", "null", null, null),
                "{'type':'ping'}", new Command.Ping(null),
                "{'type':'pong'}", new Command.Pong(null));
    }

    @Override
    List<String> badRequests() {
        return List.of("{'type':1}", "{'type':'ping','id':1}", "{'type':'subscribe','channel':1}");
    }

    @Override
    String unknownVerb() {
        return "{'type':'dance'}";
    }

    @Override
    Map<Reply, String> answers() {
        return Map.ofEntries(
                Map.entry(
                        CONNECTED,
                        "{'type':'connected','connection':'w0PS100VJ9XhWG1s7jxONd','session':'session-1',"
                                + "'instance':'instance-1','protocol':'kulkul.v1','heartbeat':25000,'limits':"
                                + "{'messageBytes':1,'subscriptions':2,'messagesPerSecond':3},'user':'alice',"
                                + "'tenant':'acme','channels':['a:1','b']}"),
                Map.entry(
                        AUTHENTICATED,
                        "{'type':'authenticated','id':'1','user':'alice','tenant':'acme','expires':1234}"),
                Map.entry(
                        SUBSCRIBED,
                        "{'type':'subscribed','id':'1','channel':'a:1','epoch':'epoch-1','seq':7,'recovered':true,"
                                + "'replayed':3}"),
                Map.entry(UNSUBSCRIBED, "{'type':'unsubscribed','id':'1','channel':'a:1','reason':'requested'}"),
                Map.entry(EXPIRED, "{'type':'unsubscribed','channel':'a:1','reason':'expired'}"),
                Map.entry(
                        PUBLISHED,
                        "{'type':'published','id':'1','channel':'a:1','epoch':'epoch-1','seq':7,'duplicate':false}"),
                Map.entry(GAP, "{'type':'gap','channel':'a:1','from':3,'to':5,'reason':'slow'}"),
                Map.entry(HISTORY, "{'type':'history','id':'1','channel':'a:1','epoch':'epoch-1','seq':0,'events':[]}"),
                Map.entry(RECONNECT, "{'type':'reconnect','after':1500,'reason':'draining'}"),
                Map.entry(PING, "{'type':'ping','timestamp':1767954600000}"),
                Map.entry(PONG, "{'type':'pong','id':'1','timestamp':1767954600000}"),
                Map.entry(
                        FAILURE,
                        "{'type':'error','id':'1','code':'rate_limited','message':'slower','channel':'a:1','retry':100}"),
                Map.entry(
                        INTERNAL, "{'type':'error','code':'internal','message':'internal error','correlation':'c-9'}"));
    }

    @Override
    String event(String correlation) {
        return "{'type':'message','channel':'a:1','event':'happened','payload':{'b':[1,null]},'id':'0197-id','seq':7,"
                + "'timestamp':1767954600000,'publisher':'alice'"
                + (correlation.equals("null") ? "" : ",'correlation':" + correlation) + "}";
    }
}
