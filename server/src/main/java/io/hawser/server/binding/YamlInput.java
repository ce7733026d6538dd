package io.hawser.server.binding;

import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;

import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.dataformat.yaml.YAMLFactory;
import tools.jackson.dataformat.yaml.YAMLParser;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Reads YAML with the place of every key and value. Values stay text, so that {@code 010} and
 * {@code 5m} reach the key's own type as they were written. Confined to one thread.
 */
public final class YamlInput {
    private static final YAMLFactory YAML = new YAMLFactory();

    /** Makes places of lines and columns, both from 1. */
    private interface Placing {
        Place at(int line, int column);

        default Place at(TokenStreamLocation location) {
            return at(location.getLineNr(), location.getColumnNr());
        }
    }

    private final YAMLParser parser;
    private final Placing placing;
    private final Consumer<Problem> problems;

    private YamlInput(YAMLParser parser, Placing placing, Consumer<Problem> problems) {
        this.parser = parser;
        this.placing = placing;
        this.problems = problems;
    }

    /** Reads a file's text; places have lines. */
    public static Input file(String name, String yaml, Consumer<Problem> problems) {
        return read(
                name,
                yaml,
                (line, column) -> new Place(name, line, column),
                "correct it; keys are indented with spaces, as in config/hawser.yaml",
                problems);
    }

    /** Reads one value of another source; places have no lines. */
    static Input value(String source, String yaml, Consumer<Problem> problems) {
        return read(
                source,
                yaml,
                (_, _) -> Place.of(source),
                "put it in quotes, for example key='\"value\"', if it has special characters",
                problems);
    }

    private static Input read(
            String source,
            String yaml,
            Placing placing,
            String advice,
            Consumer<Problem> problems) {
        try (YAMLParser parser = (YAMLParser) YAML.createParser(ObjectReadContext.empty(), yaml)) {
            return new YamlInput(parser, placing, problems).document(source);
        } catch (JacksonException e) {
            problems.accept(notYaml(e, source, placing, advice));
            return new Input.Unreadable(Place.of(source));
        }
    }

    /**
     * Jackson's own location is where the token before the mistake began: the cause knows better.
     */
    private static Problem notYaml(
            JacksonException e, String source, Placing placing, String advice) {
        String what = firstLine(e.getOriginalMessage());
        Place place = Place.of(source);
        if (e.getCause() instanceof MarkedYamlEngineException marked) {
            what = marked.getProblem();
            place =
                    marked.getProblemMark()
                            .map(mark -> placing.at(mark.getLine() + 1, mark.getColumn() + 1))
                            .orElse(place);
        } else if (e.getLocation() != null) {
            place = placing.at(e.getLocation());
        }
        return new Problem(place, "", "is not YAML: " + what, advice);
    }

    private Input document(String source) {
        JsonToken first = parser.nextToken();
        if (first == null) {
            return new Input.Nothing(Place.of(source));
        }
        Input document = value(first);
        if (parser.nextToken() != null) {
            refuse(here(), "", "is a second document", "keep one; remove the line with ---");
        }
        return document;
    }

    private Input value(JsonToken token) {
        Place place = here();
        return switch (token) {
            case START_OBJECT -> keys(place);
            case START_ARRAY -> items(place);
            case VALUE_NULL -> new Input.Nothing(place);
            default -> text(place);
        };
    }

    private Input text(Place place) {
        String text = parser.getString();
        if (parser.isCurrentAlias()) {
            refuse(
                    place,
                    "",
                    "*" + text + " is an alias",
                    "write the value out; aliases are not read");
        }
        return new Input.Text(place, text);
    }

    private Input items(Place place) {
        List<Input> items = new ArrayList<>();
        for (JsonToken t = parser.nextToken(); t != JsonToken.END_ARRAY; t = parser.nextToken()) {
            items.add(value(t));
        }
        return new Input.Items(place, items);
    }

    private Input keys(Place place) {
        Map<String, Input.Entry> entries = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            Place keyPlace = here();
            String name = parser.currentName();
            Input.Entry entry = new Input.Entry(keyPlace, value(parser.nextToken()));
            Input.Entry earlier = entries.putIfAbsent(name, entry);
            if (earlier != null) {
                refuse(
                        keyPlace,
                        name,
                        "is given twice, first at " + earlier.keyPlace(),
                        "keep one of them");
            }
        }
        return new Input.Keys(place, entries);
    }

    private Place here() {
        return placing.at(parser.currentTokenLocation());
    }

    private void refuse(Place place, String key, String what, String advice) {
        problems.accept(new Problem(place, key, what, advice));
    }

    private static String firstLine(String message) {
        return message.lines().findFirst().orElse("");
    }
}
