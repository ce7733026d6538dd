package io.hawser.server.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.lang.reflect.Field;
import java.util.Arrays;
import java.util.List;

class CodesTest {
    @Test
    void errorsAreThoseOfTheProtocol() {
        List<ErrorCode> codes = constants(ErrorCode.class);
        assertThat(codes)
                .extracting(ErrorCode::code)
                .containsExactly(
                        100, 100, 101, 102, 103, 104, 105, 106, 106, 107, 108, 108, 109, 110, 111,
                        112, 113);
        assertThat(codes)
                .filteredOn(ErrorCode::temporary)
                .extracting(ErrorCode::code)
                .containsExactly(100, 100, 111, 113);
    }

    @Test
    void disconnectsAreThoseOfTheProtocol() {
        assertThat(constants(Disconnect.class))
                .extracting(Disconnect::code)
                .containsExactly(
                        3000, 3001, 3004, 3005, 3006, 3008, 3009, 3010, 3011, 3012, 3013, 3014,
                        3100, 3500, 3501, 3502, 3503, 3504, 3505, 3506, 3507, 3508, 3509);
    }

    @Test
    void unsubscribesAreThoseOfTheProtocol() {
        List<UnsubscribeCode> codes = constants(UnsubscribeCode.class);
        assertThat(codes).extracting(UnsubscribeCode::code).containsExactly(2000, 2500, 2501, 2502);
        assertThat(codes)
                .filteredOn(UnsubscribeCode::resubscribe)
                .extracting(UnsubscribeCode::code)
                .containsExactly(2500, 2501, 2502);
    }

    @ParameterizedTest
    @CsvSource({
        "3000,true", "3499,true", "3500,false", "3999,false",
        "4000,true", "4499,true", "4500,false", "4999,false"
    })
    void theCodeTellsWhetherToReconnect(int code, boolean reconnect) {
        assertThat(new Disconnect(code, "").reconnect()).isEqualTo(reconnect);
    }

    @ParameterizedTest
    @CsvSource({"100,3004", "101,3004", "103,3507", "109,3005", "110,3005", "111,3013"})
    void unidirectionalConnectionsAreClosedForConnectErrors(int error, int disconnect) {
        assertThat(Disconnect.ofConnectError(new ErrorCode(error, "", false)).code())
                .isEqualTo(disconnect);
    }

    @Test
    void codesAndReasonsHaveLimits() {
        assertThat(new Disconnect(4000, "\u20ac".repeat(41)).reason()).hasSize(41);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Disconnect(4000, "\u20ac".repeat(42)));
        assertThatIllegalArgumentException().isThrownBy(() -> new Disconnect(2999, ""));
        assertThatIllegalArgumentException().isThrownBy(() -> new Disconnect(5000, ""));
        assertThatIllegalArgumentException().isThrownBy(() -> new ErrorCode(99, "", false));
        assertThatIllegalArgumentException().isThrownBy(() -> new ErrorCode(2000, "", false));
        assertThatIllegalArgumentException().isThrownBy(() -> new UnsubscribeCode(1999, ""));
        assertThatIllegalArgumentException().isThrownBy(() -> new UnsubscribeCode(3000, ""));
        assertThatIllegalArgumentException()
                .as("a reply without an id is a ping")
                .isThrownBy(() -> new Reply.Success(0, new Result.PingResult()));
    }

    private static <T> List<T> constants(Class<T> type) {
        return Arrays.stream(type.getDeclaredFields())
                .filter(field -> field.getType() == type)
                .map(field -> type.cast(value(field)))
                .toList();
    }

    private static Object value(Field field) {
        try {
            return field.get(null);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }
}
