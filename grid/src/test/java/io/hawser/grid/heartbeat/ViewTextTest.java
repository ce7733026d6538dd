package io.hawser.grid.heartbeat;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Set;

class ViewTextTest {
    @Test
    void viewsComeBackEqual() {
        Life self = new Life("n1", 3);
        for (StoreView view :
                Set.of(
                        new StoreView(
                                self, 5, true, Set.of(self, new Life("a.b-c_1", 9)), Set.of()),
                        new StoreView(
                                self, 1L << 50, false, Set.of(self), Set.of(new Life("n2", 1))))) {
            assertThat(ViewText.parse(ViewText.of(view))).isEqualTo(view);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ";;;;",
                "1;1;n1#1;n1#1",
                "x;1;n1#1;n1#1;",
                "1;1;n1;n1#1;",
                "1;1;#1;n1#1;",
                "1;1;n1#x;n1#1;",
                "1;1;n1#1;n1#1,;",
                "1;1;n1#1;n1#1;;"
            })
    void anythingElseIsNone(String text) {
        assertThat(ViewText.parse(text)).isNull();
    }
}
