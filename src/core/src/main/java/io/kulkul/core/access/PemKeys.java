package io.kulkul.core.access;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.RSAKey;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.cert.CertificateFactory;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** Reads the public key of a PEM text (RFC 7468): a {@code PUBLIC KEY} or the one of a {@code CERTIFICATE}. */
final class PemKeys {

    private static final String KEY_BEGIN = "-----BEGIN PUBLIC KEY-----";
    private static final String KEY_END = "-----END PUBLIC KEY-----";
    private static final String CERTIFICATE_BEGIN = "-----BEGIN CERTIFICATE-----";

    private PemKeys() {}

    static JWK read(String pem) throws GeneralSecurityException {
        if (pem.startsWith(CERTIFICATE_BEGIN)) {
            byte[] bytes = pem.getBytes(StandardCharsets.US_ASCII);
            return jwk(CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(bytes))
                    .getPublicKey());
        }
        int end = pem.indexOf(KEY_END);
        if (!pem.startsWith(KEY_BEGIN) || end < 0) {
            throw new InvalidKeySpecException("neither a PUBLIC KEY nor a CERTIFICATE");
        }
        return publicKey(pem.substring(KEY_BEGIN.length(), end));
    }

    private static JWK publicKey(String base64) throws GeneralSecurityException {
        X509EncodedKeySpec encoded;
        try {
            encoded = new X509EncodedKeySpec(Base64.getMimeDecoder().decode(base64));
        } catch (IllegalArgumentException e) {
            throw new InvalidKeySpecException("not Base64", e);
        }
        JWK rsa = tryKind("RSA", encoded);
        JWK key = rsa == null ? tryKind("EC", encoded) : rsa;
        if (key == null) {
            throw new InvalidKeySpecException("neither an RSA nor an EC key");
        }
        return key;
    }

    private static @Nullable JWK tryKind(String kind, X509EncodedKeySpec encoded) throws GeneralSecurityException {
        try {
            return jwk(KeyFactory.getInstance(kind).generatePublic(encoded));
        } catch (InvalidKeySpecException anotherKind) {
            return null;
        }
    }

    private static JWK jwk(PublicKey key) throws InvalidKeySpecException {
        if (key instanceof RSAPublicKey rsa) {
            return new RSAKey.Builder(rsa).build();
        }
        Curve curve = key instanceof ECPublicKey ec ? Curve.forECParameterSpec(ec.getParams()) : null;
        if (curve == null) {
            throw new InvalidKeySpecException("neither RSA nor EC on a known curve");
        }
        return new ECKey.Builder(curve, (ECPublicKey) key).build();
    }
}
