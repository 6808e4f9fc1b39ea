package io.kulkul.core.docs;

/** What the examples are about. */
record Order(String id, String customerId) {}
