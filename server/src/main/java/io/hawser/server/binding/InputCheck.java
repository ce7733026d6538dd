package io.hawser.server.binding;

import io.hawser.server.binding.Rule.Reading;
import io.hawser.server.binding.Shape.Field;
import io.hawser.server.binding.Shape.Section;

import java.util.List;
import java.util.function.Consumer;

/**
 * Checks what one source says against the schema: unknown keys, and values that break their key's
 * rule, also where another source overrides them. Stateless but for where problems go.
 */
public record InputCheck(Section root, Consumer<Problem> problems) {
    /** Checks a whole source. */
    public void check(Input input) {
        section(root, "", input);
    }

    private void section(Section section, String path, Input input) {
        switch (input) {
            case Input.Nothing _ -> {} // every key below is commented out
            case Input.Unreadable _ -> {}
            case Input.Keys keys ->
                    keys.entries()
                            .forEach(
                                    (name, entry) ->
                                            section.field(name)
                                                    .ifPresentOrElse(
                                                            field -> field(field, path, entry),
                                                            () -> unknown(path, name, entry)));
            case Input.Text _, Input.Items _ ->
                    refuse(
                            input,
                            path,
                            "is a section, not a value",
                            "give its keys, indented by two spaces: " + names(section));
        }
    }

    private void field(Field field, String path, Input.Entry entry) {
        value(field.shape(), field.rule(), Schema.join(path, field.name()), entry.value());
    }

    private void value(Shape shape, Rule rule, String path, Input input) {
        switch (shape) {
            case Section section -> section(section, path, input);
            case Shape.Items items -> items(items, rule, path, input);
            case Shape.Scalar _ -> scalar(rule, path, input);
        }
    }

    private void items(Shape.Items shape, Rule rule, String path, Input input) {
        switch (input) {
            case Input.Nothing _ -> {} // every item is commented out
            case Input.Unreadable _ -> {}
            case Input.Items items -> {
                for (int i = 0; i < items.items().size(); i++) {
                    value(shape.element(), rule, path + "[" + i + "]", items.items().get(i));
                }
            }
            case Input.Text text when text.text().isEmpty() -> {} // emptied by --set key=
            case Input.Text _, Input.Keys _ ->
                    refuse(
                            input,
                            path,
                            "is a list, not a single value",
                            "write it in brackets, for example "
                                    + (rule.key().example().isEmpty()
                                            ? "[]"
                                            : rule.key().example()));
        }
    }

    private void scalar(Rule rule, String path, Input input) {
        switch (input) {
            case Input.Text text -> {
                if (rule.read(text.text()) instanceof Reading.Bad bad) {
                    refuse(input, path, bad.what(), rule.advice());
                }
            }
            case Input.Unreadable _ -> {}
            case Input.Nothing _ ->
                    refuse(input, path, "has no value", rule.advice() + ", or remove the key");
            case Input.Items _, Input.Keys _ ->
                    refuse(input, path, "takes a single value", rule.advice());
        }
    }

    private void unknown(String path, String name, Input.Entry entry) {
        String full = Schema.join(path, name);
        String nearest = Nearest.of(full.replaceAll("\\[[0-9]+]", "[]"), Schema.paths(root));
        problems.accept(
                new Problem(
                        entry.keyPlace(),
                        full,
                        "is no key",
                        "the nearest is " + nearest + "; correct it or remove it"));
    }

    private void refuse(Input input, String path, String what, String advice) {
        problems.accept(new Problem(input.place(), path, what, advice));
    }

    private static List<String> names(Section section) {
        return section.fields().stream().map(Field::name).toList();
    }
}
