package io.hawser.devkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ServiceSourceTest {
    private final String before = System.getProperty(ServiceSource.PROPERTY, "");

    @BeforeEach
    void clear() {
        System.clearProperty(ServiceSource.PROPERTY);
    }

    @AfterEach
    void restore() {
        System.setProperty(ServiceSource.PROPERTY, before);
    }

    @Test
    void prefersDockerThenTheInstalledThenThePackaged() {
        // Which of the two depends on the machine; that it is never another does not.
        assertThat(ServiceSource.choose(null, true))
                .isIn(ServiceSource.DOCKER, ServiceSource.INSTALLED);
        assertThat(ServiceSource.choose(null, false))
                .isIn(ServiceSource.DOCKER, ServiceSource.PACKAGED);
    }

    @ParameterizedTest
    @EnumSource
    void obeysThePropertyAndFirstOfAllTheCaller(ServiceSource source) {
        System.setProperty(ServiceSource.PROPERTY, source.label());
        assertThat(ServiceSource.choose(null, true)).isEqualTo(source);
        assertThat(ServiceSource.choose(null, false)).isEqualTo(source);
        assertThat(ServiceSource.choose(ServiceSource.PACKAGED, true))
                .isEqualTo(ServiceSource.PACKAGED);
    }

    @Test
    void refusesAPropertyThatItDoesNotKnow() {
        System.setProperty(ServiceSource.PROPERTY, "podman");
        assertThatThrownBy(() -> ServiceSource.choose(null, true))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("hawser.services is docker, installed or packaged, not podman");
    }
}
