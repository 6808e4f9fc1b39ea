package io.kulkul.core.admin;

/** The examples that the OpenAPI document shows. */
final class Examples {

    static final String DRAIN = """
            {"draining": true, "connections": 1250, "drainDeadline": 1790000020000}""";

    static final String EVENT = """
            {"channel": "orders:42", "event": "order_shipped", "payload": {"orderId": "A-1"}}""";

    static final String EVENTS = """
            [{"channel": "orders:42", "event": "order_shipped", "payload": {"orderId": "A-1"}, "key": "A-1"}]""";

    static final String EVENT_LINES = """
            {"channel": "orders:42", "event": "order_shipped", "payload": {"orderId": "A-1"}}
            {"channel": "orders:43", "event": "order_shipped", "payload": {"orderId": "A-2"}}
            """;

    static final String PUBLISHED = """
            {"channel": "orders:42", "id": "019a0c3e-7f5b-7c3a-9a51-2f6d0c1b7e44", "epoch": "k3v9", "seq": 17, \
            "duplicate": false}""";

    static final String PUBLISHED_LINES = """
            {"published": 278, "duplicates": 1, "refused": 1, \
            "errors": [{"line": 7, "code": "bad_json", "message": "not valid JSON at character 12"}]}""";

    static final String CHANNEL = """
            {"channel": "orders:42", "head": {"epoch": "k3v9", "seq": 17}, "historySize": 17, "subscribers": 2, \
            "patternSubscribers": 1, "rate": 2.5}""";

    static final String CHANNELS = "{\"channels\": [" + CHANNEL + "], \"next\": \"?after=orders%3A42&limit=1\"}";

    static final String CONNECTIONS = """
            {"connections": [{"connection": "9f2c4d", "user": "alice", "tenant": "acme", "dialect": "kulkul", \
            "opened": 1790000000000, "subscriptions": 3, "lag": 0}], "next": "?after=9f2c4d&limit=1"}""";

    static final String CONNECTION = """
            {"connection": "9f2c4d", "user": "alice", "tenant": "acme", "dialect": "kulkul", "opened": 1790000000000, \
            "subscriptions": 1, "lag": 0, \
            "channels": [{"channel": "orders:42", "filtered": false, "implicit": false, "lag": 0}]}""";

    static final String EVENT_ITSELF = """
            {"event": "order_shipped", "payload": {"orderId": "A-1"}, "key": "A-1"}""";

    static final String DISCONNECTED = "{\"disconnected\": 1}";

    static final String UNSUBSCRIBE = "{\"channel\": \"orders:42\"}";

    static final String UNSUBSCRIBED = "{\"unsubscribed\": \"orders:42\"}";

    static final String REVOCATION = "{\"user\": \"alice\"}";

    static final String REVOKED = "{\"connections\": 2}";

    static final String INSTANCE = """
            {"instance": "k-7f3a", "version": "0.1.0", "java": "17.0.15", "started": 1790000000000, "draining": false, \
            "maxConnections": 20000, "connections": 12, "subscriptions": 30, "channels": 9, "eventsPublished": 1200, \
            "messagesSent": 5400, "bytesSent": 2160000, "eventsOverflowed": 0, "gaps": 0, "eventsReplayed": 40, \
            "commandsRefused": 1, "connectionsOpened": 70, "deliveryP50Millis": 0.4, "deliveryP99Millis": 3.1, \
            "busConnected": true, "busLagMillis": 0.9, "outboxPending": 0, "writersBlocked": 0, "heapUsedBytes": 73400320, "heapMaxBytes": 1073741824, \
            "threads": 61, "uptimeSeconds": 3600}""";

    static final String INSTANCES = """
            {"instances": [{"instance": "a", "self": true, "started": 1790000000000, "version": "0.1.0", \
            "connections": 12, "draining": false}, {"instance": "b", "self": false, "started": 1790000001000, \
            "version": "0.1.0", "connections": 9, "draining": false}]}""";

    static final String PROBLEM = """
            {"type": "urn:kulkul:problem:bad_channel", "title": "Bad channel", "status": 400, \
            "detail": "a channel's name is 1 to 255 of A-Z a-z 0-9 _ . : / -", "code": "bad_channel"}""";

    private Examples() {}
}
