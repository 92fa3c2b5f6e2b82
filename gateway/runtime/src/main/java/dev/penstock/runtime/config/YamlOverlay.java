package dev.penstock.runtime.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * Values laid over or under those of a file: mappings are merged key by key, anything else is taken whole.
 *
 * <p>Such values have no line; a fault of one is reported where the mapping around it begins.
 */
final class YamlOverlay {
    private YamlOverlay() {}

    /**
     * The tree of a text that a program wrote.
     *
     * @throws IllegalArgumentException when it is no mapping
     */
    static MappingNode tree(String yaml) {
        LoadSettings settings = LoadSettings.builder().setUseMarks(false).build();
        Optional<Node> root = new Compose(settings).composeString(yaml);
        if (root.isPresent() && root.get() instanceof MappingNode mapping) {
            return mapping;
        }
        throw new IllegalArgumentException("overlay: " + yaml + " (expected: a mapping)");
    }

    /** The file with these values in the place of its own. */
    static Node over(MappingNode values, MappingNode file) {
        return merge(values, file, false);
    }

    /** The file with these values where it has none. */
    static Node under(MappingNode values, MappingNode file) {
        return merge(file, values, true);
    }

    /** What is merged begins where it does in the file. */
    private static Node merge(MappingNode winner, MappingNode loser, boolean winnerIsFile) {
        List<NodeTuple> merged = new ArrayList<>();
        for (NodeTuple tuple : winner.getValue()) {
            Optional<NodeTuple> other = find(loser, tuple);
            merged.add(other.isPresent() ? deeper(tuple, other.get(), winnerIsFile) : tuple);
        }
        for (NodeTuple tuple : loser.getValue()) {
            if (find(winner, tuple).isEmpty()) {
                merged.add(tuple);
            }
        }
        MappingNode file = winnerIsFile ? winner : loser;
        return new MappingNode(Tag.MAP, true, merged, FlowStyle.BLOCK, file.getStartMark(), file.getEndMark());
    }

    private static NodeTuple deeper(NodeTuple winner, NodeTuple loser, boolean winnerIsFile) {
        if (winner.getValueNode() instanceof MappingNode over && loser.getValueNode() instanceof MappingNode under) {
            Node key = (winnerIsFile ? winner : loser).getKeyNode();
            return new NodeTuple(key, merge(over, under, winnerIsFile));
        }
        return winner;
    }

    private static Optional<NodeTuple> find(MappingNode mapping, NodeTuple wanted) {
        return mapping.getValue().stream()
                .filter(tuple -> name(tuple).isPresent() && name(tuple).equals(name(wanted)))
                .findFirst();
    }

    private static Optional<String> name(NodeTuple tuple) {
        return tuple.getKeyNode() instanceof ScalarNode key ? Optional.of(key.getValue()) : Optional.empty();
    }
}
