package io.kulkul.it;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.interfaces.RSAPublicKey;
import java.util.Base64;

/** An RSA key pair. {@link #SERVER_TRUSTS} is the one whose public half the server was given; others are strangers'. */
final class TestKey {
    static final TestKey SERVER_TRUSTS = new TestKey();

    private final KeyPair pair = generate();

    /** Puts the public half where the server under test looks for it. */
    void publish(Path file) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, pem());
    }

    /** The public half, as everybody may know it. */
    String pem() {
        String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'})
                .encodeToString(pair.getPublic().getEncoded());
        return "-----BEGIN PUBLIC KEY-----\n" + base64 + "\n-----END PUBLIC KEY-----\n";
    }

    /** The public half as one of a key set. */
    JWK named(String id) {
        return new RSAKey.Builder((RSAPublicKey) pair.getPublic()).keyID(id).build();
    }

    /**
     * Signs with the private half.
     *
     * @param id of the key, for the token's header; null for a header without one
     */
    String sign(JWTClaimsSet claims, String id) {
        SignedJWT token = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.RS256).keyID(id).build(), claims);
        try {
            token.sign(new RSASSASigner(pair.getPrivate()));
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
        return token.serialize();
    }

    /** What somebody does who knows the public half only, and takes it for a secret that the server shares. */
    String signWithPublicHalf(JWTClaimsSet claims) {
        SignedJWT token = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), claims);
        try {
            token.sign(new MACSigner(pem().getBytes(StandardCharsets.US_ASCII)));
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
        return token.serialize();
    }

    private static KeyPair generate() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            return generator.generateKeyPair();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
