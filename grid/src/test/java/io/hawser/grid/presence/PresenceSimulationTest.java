package io.hawser.grid.presence;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.grid.presence.LocalMembers.Ref;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;

/**
 * Nodes that write into maps that split and merge, while clients come and go and nodes die and are
 * born again. After each step every part of the grid counts the members of its own live nodes, and
 * nobody else's. One thread, no clock; {@code -Dpresence.seed=} repeats a run.
 */
class PresenceSimulationTest {
    private static final int NODES = 4;
    private static final int STEPS = 400;
    private static final int ANNOUNCE_UP_TO = 12;
    private static final String OF_USERS = "of-users";
    private static final List<String> CHANNELS = List.of("c1", "c2", OF_USERS);

    static LongStream seeds() {
        Long given = Long.getLong("presence.seed");
        return given != null ? LongStream.of(given) : LongStream.range(0, 200);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void everyPartCountsItsOwn(long seed) {
        var run = new Run(seed);
        for (int step = 0; step < STEPS; step++) {
            String what = run.step();
            run.check("seed " + seed + ", step " + step + ": " + what);
        }
    }

    /** While nothing fails and the channel is small: whoever listens knows who is there. */
    @ParameterizedTest
    @MethodSource("seeds")
    void usersAreToldOfOnce(long seed) {
        var run = new Run(seed);
        run.calm = true;
        for (int step = 0; step < STEPS; step++) {
            String what = run.change(run.anyNode());
            run.checkTold("seed " + seed + ", step " + step + ": " + what);
        }
    }

    /** What one part of the grid has stored. */
    private static final class Part {
        private final Map<ShareKey, Share> shares = new HashMap<>();
        private final Map<RollKey, RollEntry> roll = new HashMap<>();
        private final Map<UserKey, UserEntry> users = new HashMap<>();

        Part copy() {
            var copy = new Part();
            copy.takeIn(this);
            return copy;
        }

        /** As Hazelcast merges, by the policies of the maps. */
        void takeIn(Part other) {
            other.shares.forEach((key, share) -> shares.merge(key, share, Share::newer));
            roll.putAll(other.roll);
            other.users.forEach((key, entry) -> users.merge(key, entry, UserEntry::joined));
        }
    }

    private static final class Run {
        private final Random random;
        private final List<Node> nodes = new ArrayList<>();
        private final Set<String> toldOf = new HashSet<>();
        private boolean split;

        /** Only comings and goings, and no channel is large. */
        private boolean calm;

        Run(long seed) {
            random = new Random(seed);
            var part = new Part();
            for (int i = 0; i < NODES; i++) {
                nodes.add(new Node("n" + i, part));
            }
        }

        String step() {
            Node node = anyNode();
            int kind = random.nextInt(100);
            if (kind < 90) {
                return change(node);
            } else if (kind < 94) {
                return split ? merge() : split();
            } else if (node.dead) {
                node.bornAgain(nodes.stream().filter(other -> !other.dead).toList());
                return "birth of " + node.id;
            }
            node.dead = true;
            return "death of " + node.id;
        }

        private Node anyNode() {
            return nodes.get(random.nextInt(NODES));
        }

        private void told(String channel, String user, boolean came) {
            if (calm && channel.equals(OF_USERS)) {
                assertThat(came ? toldOf.add(user) : toldOf.remove(user))
                        .as("%s told of, came: %s, there are %s", user, came, toldOf)
                        .isTrue();
            }
        }

        private void checkTold(String when) {
            Set<String> users = new HashSet<>();
            nodes.forEach(node -> users.addAll(node.truth(OF_USERS).values()));
            assertThat(toldOf).as(when).isEqualTo(users);
        }

        private String change(Node node) {
            String channel = CHANNELS.get(random.nextInt(CHANNELS.size()));
            for (int i = random.nextInt(4); i >= 0 && !node.dead; i--) {
                node.change(channel, random);
            }
            node.write();
            return "changes of " + node.id + " in " + channel;
        }

        private String split() {
            split = true;
            Part one = nodes.getFirst().part;
            Part other = one.copy();
            for (int i = 0; i < NODES; i++) {
                nodes.get(i).part = i % 2 == 0 ? one : other;
            }
            return "split";
        }

        /** Of the nodes of the smaller half each begins a new life, or goes on with its old one. */
        private String merge() {
            split = false;
            List<Node> alive = nodes.stream().filter(node -> !node.dead).toList();
            Part larger = (alive.isEmpty() ? nodes : alive).getFirst().part;
            Part smaller =
                    alive.stream()
                            .map(node -> node.part)
                            .filter(part -> part != larger)
                            .findFirst()
                            .orElse(larger);
            boolean reborn = random.nextBoolean();
            if (smaller != larger) {
                larger.takeIn(smaller);
            }
            for (Node node : nodes) {
                if (node.part != larger && reborn) {
                    node.incarnation++;
                }
                node.part = larger;
            }
            nodes.stream().filter(node -> !node.dead).forEach(Node::assertAll);
            return reborn ? "merge into new lives" : "merge";
        }

        void check(String when) {
            for (Node asked : nodes) {
                if (!asked.dead) {
                    CHANNELS.forEach(channel -> check(when, asked, channel));
                }
            }
        }

        private void check(String when, Node asked, String channel) {
            Set<String> clients = new HashSet<>();
            Set<String> users = new HashSet<>();
            for (Node node : nodes) {
                if (!node.dead && node.part == asked.part) {
                    node.truth(channel)
                            .forEach(
                                    (client, user) -> {
                                        clients.add(client);
                                        users.add(user);
                                    });
                }
            }
            List<Share> shares =
                    List.copyOf(asked.shares().of(List.of(channel), asked.lives()).values());
            assertThat(Share.stats(shares))
                    .as(when + ", asked " + asked.id + " about " + channel)
                    .isEqualTo(new PresenceStats(clients.size(), users.size()));
            checkRoll(when, asked, channel);
        }

        /** Whoever has written last while the channel was small has its members in the roll. */
        private void checkRoll(String when, Node node, String channel) {
            ChannelMembers members = node.local.of(channel);
            boolean quiet = members != null && members.isQuiet();
            if (channel.equals(OF_USERS)) {
                checkUsers(when, node, quiet);
                return;
            }
            Set<String> inRoll = new HashSet<>();
            for (RollKey key : node.part.roll.keySet()) {
                if (key.channel().equals(channel) && key.life().equals(node.life())) {
                    inRoll.add(key.client());
                }
            }
            assertThat(inRoll)
                    .as(when + ", roll of " + node.id + " for " + channel)
                    .isEqualTo(quiet ? Set.of() : node.truth(channel).keySet());
        }

        /** As {@link #checkRoll}, of users. */
        private void checkUsers(String when, Node node, boolean quiet) {
            Set<String> inRoll = new HashSet<>();
            node.users().ofLife(node.life()).forEach(key -> inRoll.add(key.user()));
            assertThat(inRoll)
                    .as(when + ", users of " + node.id)
                    .isEqualTo(quiet ? Set.of() : Set.copyOf(node.truth(OF_USERS).values()));
        }

        /** A node with the real parts, but for the maps. */
        private final class Node implements LiveNodes {
            private final String id;
            private long incarnation = 1;
            private boolean dead;
            private Part part;
            private LocalMembers local = new LocalMembers();
            private Map<Ref, String> truth = new HashMap<>();
            private final Set<String> changed = new HashSet<>();
            private final Set<Ref> changedRefs = new HashSet<>();
            private final Set<UserKey> changedUsers = new HashSet<>();
            private GridCopy copy;

            Node(String id, Part part) {
                this.id = id;
                this.part = part;
                this.copy = new GridCopy(local, shares(), roll(), users(), this);
            }

            /** Empty, in a part where somebody lives. */
            void bornAgain(List<Node> alive) {
                if (!alive.isEmpty()) {
                    part = alive.getFirst().part;
                }
                incarnation++;
                dead = false;
                local = new LocalMembers();
                truth = new HashMap<>();
                changed.clear();
                changedRefs.clear();
                changedUsers.clear();
                copy = new GridCopy(local, shares(), roll(), users(), this);
            }

            void change(String channel, Random random) {
                String client = id + "-" + random.nextInt(8);
                boolean perUser = channel.equals(OF_USERS);
                Ref ref = new Ref(channel, client);
                if (random.nextInt(5) < 3) {
                    // A client's user does not change.
                    String user = "u" + Math.floorMod(client.hashCode(), 6);
                    truth.put(ref, user);
                    var info = ChannelMembersTest.info(client, user);
                    var member =
                            new Member(
                                    info,
                                    true,
                                    new Announcement(calm ? 1_000 : ANNOUNCE_UP_TO, perUser));
                    Runnable tell = () -> told(channel, user, true);
                    noteRolls(ref, user, local.enter(channel, member, lives().size() == 1, tell));
                } else {
                    String user = truth.remove(ref);
                    if (user != null) {
                        Runnable tell = () -> told(channel, user, false);
                        ChannelMembers.RollChange left = local.leave(channel, client, tell);
                        assertThat(left).isNotNull();
                        noteRolls(ref, user, left);
                    }
                }
                changed.add(channel);
            }

            private void noteRolls(Ref ref, String user, ChannelMembers.RollChange change) {
                if (change.client()) {
                    changedRefs.add(ref);
                }
                if (change.user()) {
                    changedUsers.add(new UserKey(ref.channel(), user));
                }
            }

            void write() {
                if (!dead) {
                    copy.write(List.copyOf(changed));
                    copy.writeRoll(List.copyOf(changedRefs));
                    copy.writeUsers(List.copyOf(changedUsers));
                    changedUsers.clear();
                    changed.clear();
                    changedRefs.clear();
                }
            }

            void assertAll() {
                copy.writeAll();
            }

            Map<String, String> truth(String channel) {
                Map<String, String> members = new HashMap<>();
                truth.forEach(
                        (ref, user) -> {
                            if (ref.channel().equals(channel)) {
                                members.put(ref.client(), user);
                            }
                        });
                return members;
            }

            NodeLife life() {
                return new NodeLife(id, incarnation);
            }

            ShareStore shares() {
                return new ShareStore() {
                    @Override
                    public Map<ShareKey, Share> of(
                            Collection<String> channels, List<NodeLife> lives) {
                        Map<ShareKey, Share> found = new HashMap<>(part.shares);
                        found.keySet()
                                .removeIf(
                                        key ->
                                                !channels.contains(key.channel())
                                                        || !lives.contains(key.life()));
                        return found;
                    }

                    @Override
                    public Set<ShareKey> keysOfNode(String node) {
                        Set<ShareKey> keys = new HashSet<>(part.shares.keySet());
                        keys.removeIf(key -> !key.node().equals(node));
                        return keys;
                    }

                    @Override
                    public void write(Map<ShareKey, Share> present, Set<ShareKey> absent) {
                        part.shares.putAll(present);
                        part.shares.keySet().removeAll(absent);
                    }
                };
            }

            UserStore users() {
                return new UserStore() {
                    @Override
                    public Set<UserKey> ofLife(NodeLife life) {
                        Map<UserKey, UserEntry> found = new HashMap<>(part.users);
                        found.values().removeIf(entry -> !entry.isOn(Set.of(life)));
                        return found.keySet();
                    }

                    @Override
                    public Set<UserKey> write(
                            NodeLife life, Map<UserKey, UserHere> here, Collection<UserKey> gone) {
                        Set<UserKey> alone = new HashSet<>();
                        here.forEach(
                                (key, user) -> {
                                    UserEntry before = part.users.get(key);
                                    UserEntry now = UserEntry.with(before, life, user);
                                    part.users.put(key, now);
                                    if (now.cameFirstOn(life)) {
                                        alone.add(key);
                                    }
                                });
                        for (UserKey key : gone) {
                            UserEntry now = UserEntry.without(part.users.get(key), Set.of(life));
                            if (now == null) {
                                part.users.remove(key);
                                alone.add(key);
                            } else {
                                part.users.put(key, now);
                            }
                        }
                        return alone;
                    }
                };
            }

            RollStore roll() {
                return new RollStore() {
                    @Override
                    public Set<RollKey> keysOfNode(String node) {
                        Set<RollKey> keys = new HashSet<>(part.roll.keySet());
                        keys.removeIf(key -> !key.node().equals(node));
                        return keys;
                    }

                    @Override
                    public void write(Map<RollKey, RollEntry> present, Set<RollKey> absent) {
                        part.roll.putAll(present);
                        part.roll.keySet().removeAll(absent);
                    }
                };
            }

            @Override
            public String localNode() {
                return id;
            }

            @Override
            public long localIncarnation() {
                return incarnation;
            }

            /** Those of its part, as the registry tells once somebody is known to be lost. */
            @Override
            public List<NodeLife> lives() {
                return nodes.stream()
                        .filter(node -> !node.dead && node.part == part)
                        .map(Node::life)
                        .toList();
            }

            @Override
            public boolean isLive(String node, long life) {
                return lives().contains(new NodeLife(node, life));
            }

            @Override
            public boolean isOver(String node, long life) {
                return !isLive(node, life);
            }

            @Override
            public boolean isCoordinator() {
                return false;
            }
        }
    }
}
