package io.kulkul.bench.core;

/** The payload of all benchmarks: an order of 200 bytes of JSON. */
final class Payloads {

    private static final String BEGIN =
            "{\"order\":4711,\"user_id\":123,\"state\":\"shipped\",\"position\":[1,2,3],\"address\":{\"city\":\"Utrecht\"},\"text\":\"";

    static final String ORDER = BEGIN + "x".repeat(200 - BEGIN.length() - 2) + "\"}";

    private Payloads() {}
}
