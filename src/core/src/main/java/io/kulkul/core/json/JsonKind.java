package io.kulkul.core.json;

/** The kinds of JSON value (RFC 8259, section 3). */
public enum JsonKind {
    OBJECT,
    ARRAY,
    STRING,
    NUMBER,
    BOOLEAN,
    NULL
}
