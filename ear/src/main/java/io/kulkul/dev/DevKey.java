package io.kulkul.dev;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.Base64;

/** The RSA key pair of a developer's server, made on first use and kept in PEM files afterwards. */
final class DevKey {
    private static final Base64.Encoder PEM_LINES = Base64.getMimeEncoder(64, new byte[] {'\n'});

    private final RSAPrivateCrtKey privateKey;
    private final Path publicFile;

    private DevKey(RSAPrivateCrtKey privateKey, Path publicFile) {
        this.privateKey = privateKey;
        this.publicFile = publicFile;
    }

    /** Reads {@code dev-key.pem} (PKCS#8) of the directory, or makes it; the public key is written next to it. */
    static DevKey in(Path directory) throws IOException, GeneralSecurityException {
        Path privateFile = directory.resolve("dev-key.pem");
        if (Files.notExists(privateFile)) {
            writePrivate(privateFile, generate());
        }
        RSAPrivateCrtKey key = read(privateFile);
        Path publicFile = directory.resolve("dev-key.pub.pem");
        Files.writeString(publicFile, pem("PUBLIC KEY", publicKeyOf(key).getEncoded()));
        return new DevKey(key, publicFile);
    }

    /** Where the server finds the public half. */
    Path publicFile() {
        return publicFile;
    }

    /** The RS256 signature of the bytes. */
    byte[] sign(byte[] bytes) throws GeneralSecurityException {
        Signature rs256 = Signature.getInstance("SHA256withRSA");
        rs256.initSign(privateKey);
        rs256.update(bytes);
        return rs256.sign();
    }

    private static PrivateKey generate() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        return generator.generateKeyPair().getPrivate();
    }

    private static void writePrivate(Path file, PrivateKey key) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        if (FileSystems.getDefault().supportedFileAttributeViews().contains("posix")) {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        }
        Files.writeString(file, pem("PRIVATE KEY", key.getEncoded()));
    }

    private static RSAPrivateCrtKey read(Path file) throws IOException, GeneralSecurityException {
        String base64 = Files.readString(file).replaceAll("-----[A-Z ]+-----", "");
        byte[] pkcs8 = Base64.getMimeDecoder().decode(base64);
        PrivateKey key = KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
        if (key instanceof RSAPrivateCrtKey rsa) {
            return rsa;
        }
        throw new GeneralSecurityException(file + " holds no RSA key with CRT values: delete it to get a new one");
    }

    private static PublicKey publicKeyOf(RSAPrivateCrtKey key) throws GeneralSecurityException {
        return KeyFactory.getInstance("RSA")
                .generatePublic(new RSAPublicKeySpec(key.getModulus(), key.getPublicExponent()));
    }

    private static String pem(String label, byte[] der) {
        return "-----BEGIN " + label + "-----\n" + PEM_LINES.encodeToString(der) + "\n-----END " + label + "-----\n";
    }
}
