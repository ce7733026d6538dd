package io.hawser.server.protocol;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.MessageOptions;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;

import java.util.Map;

/**
 * The messages of the protocol as a schema for Protobuf's own reflection, so that the codecs are
 * held against something that was not written with them.
 */
final class ProtocolSchema {
    private static final Map<String, FieldDescriptorProto.Type> SCALARS =
            Map.of(
                    "bool", FieldDescriptorProto.Type.TYPE_BOOL,
                    "bytes", FieldDescriptorProto.Type.TYPE_BYTES,
                    "int32", FieldDescriptorProto.Type.TYPE_INT32,
                    "int64", FieldDescriptorProto.Type.TYPE_INT64,
                    "sint64", FieldDescriptorProto.Type.TYPE_SINT64,
                    "string", FieldDescriptorProto.Type.TYPE_STRING,
                    "uint32", FieldDescriptorProto.Type.TYPE_UINT32,
                    "uint64", FieldDescriptorProto.Type.TYPE_UINT64);

    /** A line a message; {@code *} marks a repeated field, {@code %} a map from strings. */
    private static final String MESSAGES =
            """
            Command: 1 id uint32, 4 connect ConnectRequest, 5 subscribe SubscribeRequest, 6 unsubscribe ChannelRequest, 7 publish PublishRequest, 8 presence ChannelRequest, 9 presence_stats ChannelRequest, 10 history HistoryRequest, 11 ping Empty, 12 send SendRequest, 13 rpc RPCRequest, 14 refresh RefreshRequest, 15 sub_refresh SubRefreshRequest
            Reply: 1 id uint32, 2 error Error, 4 push Push, 5 connect ConnectResult, 6 subscribe SubscribeResult, 7 unsubscribe Empty, 8 publish Empty, 9 presence PresenceResult, 10 presence_stats PresenceStatsResult, 11 history HistoryResult, 12 ping Empty, 13 rpc RPCResult, 14 refresh RefreshResult, 15 sub_refresh SubRefreshResult
            Empty:
            Error: 1 code uint32, 2 message string, 3 temporary bool
            Push: 1 id int64, 2 channel string, 4 pub Publication, 5 join Join, 6 leave Join, 7 unsubscribe Unsubscribe, 8 message Message, 9 subscribe Subscribe, 10 connect Connect, 11 disconnect Disconnect, 12 refresh Refresh
            ConnectRequest: 1 token string, 2 data bytes, 3 subs %SubscribeRequest, 4 name string, 5 version string, 6 headers %string, 7 flag int64, 8 dict string, 9 profile string
            ConnectResult: 1 client string, 2 version string, 3 expires bool, 4 ttl uint32, 5 data bytes, 6 subs %SubscribeResult, 7 ping uint32, 8 pong bool, 9 session string, 10 node string, 11 time int64, 12 flag int64
            RefreshRequest: 1 token string
            RefreshResult: 1 client string, 2 version string, 3 expires bool, 4 ttl uint32
            SubscribeRequest: 1 channel string, 2 token string, 3 recover bool, 6 epoch string, 7 offset uint64, 8 data bytes, 9 positioned bool, 10 recoverable bool, 11 join_leave bool, 12 delta string, 13 tf FilterNode, 14 flag int64, 15 type int32, 16 phase int32, 17 cursor string, 18 limit int32, 19 asc bool
            SubscribeResult: 1 expires bool, 2 ttl uint32, 3 recoverable bool, 6 epoch string, 7 publications *Publication, 8 recovered bool, 9 offset uint64, 10 positioned bool, 11 data bytes, 12 was_recovering bool, 13 delta bool, 14 id int64
            SubRefreshRequest: 1 channel string, 2 token string, 3 type int32
            SubRefreshResult: 1 expires bool, 2 ttl uint32
            ChannelRequest: 1 channel string
            PublishRequest: 1 channel string, 2 data bytes, 3 type int32, 4 key string, 5 removed bool
            PresenceResult: 1 presence %ClientInfo
            PresenceStatsResult: 1 num_clients uint32, 2 num_users uint32
            HistoryRequest: 1 channel string, 7 limit int32, 8 since StreamPosition, 9 reverse bool
            HistoryResult: 1 publications *Publication, 2 epoch string, 3 offset uint64
            StreamPosition: 1 offset uint64, 2 epoch string
            RPCRequest: 1 data bytes, 2 method string
            RPCResult: 1 data bytes
            SendRequest: 1 data bytes
            ClientInfo: 1 user string, 2 client string, 3 conn_info bytes, 4 chan_info bytes
            Publication: 4 data bytes, 5 info ClientInfo, 6 offset uint64, 7 tags %string, 8 delta bool, 9 time int64, 10 channel string, 11 key string, 12 removed bool, 13 score sint64
            Join: 1 info ClientInfo
            Unsubscribe: 2 code uint32, 3 reason string
            Subscribe: 1 recoverable bool, 4 epoch string, 5 offset uint64, 6 positioned bool, 7 data bytes
            Message: 1 data bytes
            Connect: 1 client string, 2 version string, 3 data bytes, 4 subs %SubscribeResult, 5 expires bool, 6 ttl uint32, 7 ping uint32, 8 pong bool, 9 session string, 10 node string, 11 time int64
            Disconnect: 1 code uint32, 2 reason string, 3 reconnect bool
            Refresh: 1 expires bool, 2 ttl uint32
            FilterNode: 1 op string, 2 key string, 3 cmp string, 4 val string, 5 vals *string, 6 nodes *FilterNode
            """;

    private static final FileDescriptor FILE = build();

    private ProtocolSchema() {}

    static Descriptor message(String name) {
        Descriptor descriptor = FILE.findMessageTypeByName(name);
        if (descriptor == null) {
            throw new IllegalArgumentException("no message " + name);
        }
        return descriptor;
    }

    private static FileDescriptor build() {
        FileDescriptorProto.Builder file =
                FileDescriptorProto.newBuilder().setName("client.proto").setSyntax("proto3");
        MESSAGES.lines().forEach(line -> file.addMessageType(message(line.split(":", 2))));
        try {
            return FileDescriptor.buildFrom(file.build(), new FileDescriptor[0]);
        } catch (DescriptorValidationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static DescriptorProto message(String[] nameAndFields) {
        DescriptorProto.Builder message = DescriptorProto.newBuilder().setName(nameAndFields[0]);
        for (String field : nameAndFields[1].split(",", -1)) {
            if (!field.isBlank()) {
                addField(message, field.trim().split(" ", -1));
            }
        }
        return message.build();
    }

    private static void addField(DescriptorProto.Builder message, String[] parts) {
        int number = Integer.parseInt(parts[0]);
        String name = parts[1];
        String type = parts[2];
        switch (type.charAt(0)) {
            case '*' -> message.addField(repeated(number, name, type.substring(1)));
            case '%' -> {
                String entry = entryName(name);
                message.addNestedType(mapEntry(entry, type.substring(1)));
                message.addField(repeated(number, name, message.getName() + "." + entry));
            }
            default -> message.addField(field(number, name, type));
        }
    }

    /** The compiler's rule: the field's name in camel case and "Entry". */
    private static String entryName(String field) {
        return Character.toUpperCase(field.charAt(0)) + field.substring(1) + "Entry";
    }

    private static DescriptorProto mapEntry(String name, String valueType) {
        return DescriptorProto.newBuilder()
                .setName(name)
                .setOptions(MessageOptions.newBuilder().setMapEntry(true))
                .addField(field(1, "key", "string"))
                .addField(field(2, "value", valueType))
                .build();
    }

    private static FieldDescriptorProto.Builder repeated(int number, String name, String type) {
        return field(number, name, type).setLabel(FieldDescriptorProto.Label.LABEL_REPEATED);
    }

    private static FieldDescriptorProto.Builder field(int number, String name, String type) {
        FieldDescriptorProto.Builder field =
                FieldDescriptorProto.newBuilder()
                        .setNumber(number)
                        .setName(name)
                        .setLabel(FieldDescriptorProto.Label.LABEL_OPTIONAL);
        FieldDescriptorProto.Type scalar = SCALARS.get(type);
        return scalar != null
                ? field.setType(scalar)
                : field.setType(FieldDescriptorProto.Type.TYPE_MESSAGE).setTypeName("." + type);
    }
}
