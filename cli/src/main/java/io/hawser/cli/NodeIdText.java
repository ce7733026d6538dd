package io.hawser.cli;

import io.hawser.grid.cluster.NodeId;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads the id of a node: what can be none is refused before anybody is asked. */
final class NodeIdText implements ITypeConverter<String> {
    @Override
    public String convert(String text) {
        try {
            return new NodeId(text).value();
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(String.valueOf(e.getMessage()));
        }
    }
}
