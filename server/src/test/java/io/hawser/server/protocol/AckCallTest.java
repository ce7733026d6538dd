package io.hawser.server.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hawser.grid.pubsub.Payload;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@link AckCall} and {@link DeviceName}: what they read, and what they do not take. */
class AckCallTest {
    private static Request meant(String sent) throws BadFrameException {
        return Calls.meant(new Request.SendRequest(Payload.of(sent)));
    }

    @Test
    void isReadFromACallAndFromWhatIsSent() throws BadFrameException {
        String call = "{\"channel\":\"a\",\"more\":[{}],\"offset\":\"7\",\"epoch\":\"e\"}";
        var expected = new Request.AckRequest("a", 7, "e");
        assertThat(Calls.meant(new Request.RpcRequest("hawser.ack", Payload.of(call))))
                .isEqualTo(expected);
        assertThat(meant("{\"hawser.ack\": " + call + " }")).isEqualTo(expected);
        assertThat(AckCall.read(Payload.of("{\"channel\":\"a\",\"offset\":0}")))
                .isEqualTo(new Request.AckRequest("a", 0, ""));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "7",
                "{",
                "{}",
                "[]",
                "{\"a\":1,\"hawser.ack\":{}}",
                "{\"hawser.ack\":{},\"a\":1}",
                "{\"hawser.ack\":{}} 1",
                "{\"other\":{\"channel\":\"a\",\"offset\":1}}"
            })
    void whatElseIsSentIsTheApplications(String sent) throws BadFrameException {
        var request = new Request.SendRequest(Payload.of(sent));
        assertThat(Calls.meant(request)).isSameAs(request);
    }

    @Test
    void bytesThatAreNoTextAreTheApplications() throws BadFrameException {
        var request = new Request.SendRequest(Payload.of(new byte[] {1, -1, 0}));
        assertThat(Calls.meant(request)).isSameAs(request);
        assertThat(DeviceName.read(Payload.of(new byte[] {1, -1, 0}))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "{",
                "{}",
                "{\"channel\":\"a\"}",
                "{\"offset\":1}",
                "{\"channel\":\"\",\"offset\":1}",
                "{\"channel\":\"a\",\"offset\":-1}",
                "{\"channel\":\"a\",\"offset\":1.5}",
                "{\"channel\":\"a\",\"offset\":\"x\"}",
                "{\"channel\":5,\"offset\":1}",
                "{\"channel\":\"a\",\"offset\":1,\"epoch\":2}",
                "{\"channel\":\"a\",\"offset\":1}{}",
            })
    void whatIsNoCallIsRefusedWithTheMethodsName(String call) {
        var request = new Request.RpcRequest("hawser.ack", Payload.of(call));
        assertThatThrownBy(() -> Calls.meant(request))
                .isInstanceOf(BadFrameException.class)
                .message()
                .startsWith("hawser.ack: ");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    {"hawser":{"device":"phone"}}            | phone
                    {"a":{"hawser":1},"hawser":{"x":1,"device":"p"}} | p
                    {"hawser":{}}                            | ``
                    {"device":"phone"}                       | ``
                    {"hawser":null}                          | ``
                    [{"hawser":{"device":"phone"}}]          | ``
                    "hawser"                                 | ``
                    nonsense                                 | ``
                    ``                                       | ``
                    """)
    void aDeviceStandsInTheDataOfTheConnect(String data, String device) throws BadFrameException {
        assertThat(DeviceName.read(Payload.of(data))).isEqualTo(device);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"hawser\":7}", "{\"hawser\":{\"device\":7}}", "{\"hawser\":[]}"})
    void aDeviceThatIsNoTextIsRefused(String data) {
        assertThatThrownBy(() -> DeviceName.read(Payload.of(data)))
                .isInstanceOf(BadFrameException.class);
    }
}
