import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.ImportOrderer;
import com.google.googlejavaformat.java.JavaFormatterOptions;
import com.google.googlejavaformat.java.RemoveUnusedImports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The project's one formatter: google-java-format, AOSP style, over every Java source below a
 * directory. {@code check} exits 1 and names the files that differ; {@code apply} rewrites them.
 */
void main(String[] args) throws Exception {
    boolean apply = args[0].equals("apply");
    Path root = Path.of(args[1]);
    var options =
            JavaFormatterOptions.builder().style(JavaFormatterOptions.Style.AOSP).build();
    var formatter = new Formatter(options);
    List<Path> sources;
    try (Stream<Path> tree = Files.walk(root)) {
        sources =
                tree.filter(path -> path.toString().endsWith(".java"))
                        .filter(path -> !path.toString().contains("/target/"))
                        .filter(path -> !path.equals(root.resolve("build/Format.java")))
                        .sorted()
                        .toList();
    }
    int different = 0;
    for (Path path : sources) {
        String source = Files.readString(path);
        String formatted;
        try {
            formatted =
                    formatter.formatSource(
                            ImportOrderer.reorderImports(
                                    RemoveUnusedImports.removeUnusedImports(source),
                                    JavaFormatterOptions.Style.AOSP));
        } catch (Exception e) {
            System.err.println(path + ": " + e.getMessage());
            different++;
            continue;
        }
        if (formatted.equals(source)) {
            continue;
        }
        if (apply) {
            Files.writeString(path, formatted);
            System.out.println("formatted " + root.relativize(path));
        } else {
            System.err.println("not formatted: " + root.relativize(path));
            different++;
        }
    }
    if (different > 0) {
        System.err.println(different + " file(s) differ; run: mvn -N validate -Dformat=apply");
        System.exit(1);
    }
}
