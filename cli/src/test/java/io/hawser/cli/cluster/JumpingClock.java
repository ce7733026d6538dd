package io.hawser.cli.cluster;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.Opcode;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.constant.ClassDesc;
import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.ProtectionDomain;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/**
 * A wall clock that a test can set, for one node alone: an agent of the JVM, which has the classes
 * of ours and of Hazelcast ask here what time it is. The monotonic clock stays as it is, as it does
 * when somebody sets the clock of a host. Thread-safe.
 */
public final class JumpingClock {
    private static final long POLL_NANOS = 20_000_000;
    private static final ClassDesc HERE = ClassDesc.of(JumpingClock.class.getName());

    /** Who asks: classes that begin so, if they contain one of the calls. */
    private static final Set<String> ASKERS = Set.of("io/hawser/", "com/hazelcast/");

    /** Calls without arguments that are redirected, to methods of the same name here. */
    private static final Set<String> CALLS =
            Set.of(
                    "java/lang/System.currentTimeMillis",
                    "java/time/Instant.now",
                    "java/time/InstantSource.system");

    private static volatile long offsetMs;

    private final Path file;
    private final Path jar;

    private JumpingClock(Path file, Path jar) {
        this.file = file;
        this.jar = jar;
    }

    // In the test

    /** One that is right until it is set; its files go to the directory. */
    static JumpingClock in(Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("clock"), "0");
        Path jar = directory.resolve("clock.jar");
        var manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().putValue("Premain-Class", JumpingClock.class.getName());
        try (var out = new JarOutputStream(Files.newOutputStream(jar), manifest)) {
            add(out, JumpingClock.class);
            add(out, Redirection.class);
        }
        return new JumpingClock(file, jar);
    }

    /** A node has our classes, and not those of tests. */
    private static void add(JarOutputStream jar, Class<?> type) throws IOException {
        String name = type.getName().replace('.', '/') + ".class";
        jar.putNextEntry(new JarEntry(name));
        try (InputStream in = JumpingClock.class.getResourceAsStream("/" + name)) {
            if (in == null) {
                throw new IOException("no " + name);
            }
            in.transferTo(jar);
        }
    }

    /** The JVM's options that give a node this clock; what was compiled ahead asks another. */
    List<String> options() {
        return List.of(
                "-XX:AOTMode=off",
                "-javaagent:" + jar.toAbsolutePath() + "=" + file.toAbsolutePath());
    }

    /** Sets it, so much after what is right; the node has it a moment later. */
    void set(Duration offset) throws IOException {
        Path next = file.resolveSibling("clock.next");
        Files.writeString(next, String.valueOf(offset.toMillis()));
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    }

    // In the node

    /** Called by the JVM before anything else. */
    public static void premain(String file, Instrumentation jvm) {
        jvm.addTransformer(new Redirection());
        Thread.ofPlatform().daemon().name("jumping-clock").start(() -> follow(Path.of(file)));
    }

    private static void follow(Path file) {
        while (true) {
            try {
                offsetMs = Long.parseLong(Files.readString(file));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    /** In place of System's. */
    public static long currentTimeMillis() {
        return System.currentTimeMillis() + offsetMs;
    }

    /** In place of Instant's. */
    public static Instant now() {
        return Instant.now().plusMillis(offsetMs);
    }

    /** In place of InstantSource's. */
    public static InstantSource system() {
        return JumpingClock::now;
    }

    private static final class Redirection implements ClassFileTransformer {
        @Override
        public byte @Nullable [] transform(
                ClassLoader loader,
                String name,
                Class<?> redefined,
                ProtectionDomain domain,
                byte[] bytes) {
            boolean asks =
                    name != null
                            && ASKERS.stream().anyMatch(name::startsWith)
                            && !name.contains("JumpingClock")
                            && mentionsTime(bytes);
            if (!asks) {
                return null;
            }
            ClassFile file = ClassFile.of();
            return file.transformClass(
                    file.parse(bytes),
                    ClassTransform.transformingMethodBodies(Redirection::redirect));
        }

        private static boolean mentionsTime(byte[] bytes) {
            String text = new String(bytes, StandardCharsets.ISO_8859_1);
            return text.contains("currentTimeMillis") || text.contains("java/time/Instant");
        }

        private static void redirect(CodeBuilder code, CodeElement element) {
            if (element instanceof InvokeInstruction call
                    && call.opcode() == Opcode.INVOKESTATIC
                    && call.typeSymbol().parameterCount() == 0
                    && CALLS.contains(
                            call.owner().asInternalName() + "." + call.name().stringValue())) {
                code.invokestatic(HERE, call.name().stringValue(), call.typeSymbol());
            } else {
                code.with(element);
            }
        }
    }
}
