package io.hawser.grid.presence;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MarkedSetTest {
    @Test
    void eachThingWaitsOnceAndNoMoreThanTheLimit() {
        var marked = new MarkedSet<String>(3);
        assertThat(marked.mark("a")).isTrue();
        assertThat(marked.mark("a")).isTrue();
        assertThat(marked.mark("b")).isTrue();
        assertThat(marked.mark("c")).isTrue();
        assertThat(marked.mark("d")).isFalse();
        assertThat(marked.size()).isEqualTo(3);
        assertThat(marked.take(2)).hasSize(2);
        assertThat(marked.mark("d")).isTrue();
        assertThat(marked.take(10)).hasSize(2).contains("d");
        assertThat(marked.isEmpty()).isTrue();
        assertThat(marked.size()).isZero();
    }
}
