package io.hawser.grid.cluster;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.HazelcastInstanceAware;

import org.jspecify.annotations.Nullable;

import java.io.Serializable;
import java.util.concurrent.Callable;

/** A question on its way; runs on the node that is asked, which must know this class. */
final class SurveyTask implements Callable<byte[]>, HazelcastInstanceAware, Serializable {
    private static final long serialVersionUID = 1L;

    private final String topic;
    private final byte[] question;
    private transient @Nullable HazelcastInstance hazelcast;

    SurveyTask(String topic, byte[] question) {
        this.topic = topic;
        this.question = question;
    }

    @Override
    public void setHazelcastInstance(HazelcastInstance instance) {
        hazelcast = instance;
    }

    @Override
    public byte[] call() {
        if (hazelcast != null
                && hazelcast.getUserContext().get(Survey.CONTEXT_KEY) instanceof Survey survey) {
            return survey.answer(topic, question);
        }
        throw new IllegalStateException("not ready to answer");
    }
}
