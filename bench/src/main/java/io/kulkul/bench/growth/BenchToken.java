package io.kulkul.bench.growth;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;

/** A key pair for one run, and a token with every permission that is signed by it. */
final class BenchToken {

    static final String ISSUER = "kulkul-bench";

    private final KeyPair pair;

    BenchToken() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        pair = generator.generateKeyPair();
    }

    /** Writes the public half where the server finds it. */
    void publish(Path file) throws IOException {
        String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'})
                .encodeToString(pair.getPublic().getEncoded());
        Files.writeString(file, "-----BEGIN PUBLIC KEY-----\n" + base64 + "\n-----END PUBLIC KEY-----\n");
    }

    /** The token, good for a day. */
    String signed() throws GeneralSecurityException {
        Instant now = Instant.now();
        String claims = """
                {"iss":"%s","sub":"bench","scope":"admin","iat":%d,"exp":%d}""".formatted(
                ISSUER, now.getEpochSecond(), now.plus(Duration.ofDays(1)).getEpochSecond());
        String signed = base64Url("{\"alg\":\"RS256\",\"typ\":\"JWT\"}".getBytes(UTF_8)) + "."
                + base64Url(claims.getBytes(UTF_8));
        Signature rs256 = Signature.getInstance("SHA256withRSA");
        rs256.initSign(pair.getPrivate());
        rs256.update(signed.getBytes(US_ASCII));
        return signed + "." + base64Url(rs256.sign());
    }

    private static String base64Url(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
