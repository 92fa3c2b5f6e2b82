package dev.penstock.gateway.config;

import dev.penstock.routing.ModelId;
import dev.penstock.routing.model.VirtualModel.Split;
import dev.penstock.runtime.config.Default;
import dev.penstock.runtime.config.Doc;
import dev.penstock.runtime.config.Example;
import dev.penstock.runtime.config.Range;
import java.util.List;

/** A weighted split. */
@Doc("A weighted split, such as a canary. A change of one weight moves only keys that go to, or come from, that model.")
public record SplitConfig(
        @Doc("The models and their weights, at least one of them above 0.")
        List<Share> shares,

        @Doc("""
                `key`: a key stays with the model it was given. `request`: every request is drawn anew; for a gateway without
                keys, where all requests are of one.""") @Default("key") Split.By by) {
    /** A model and its weight. */
    @Doc("A model and its weight.")
    public record Share(
            @Doc("Which model, virtual or not.") @Example("llama-3.1-8b")
            String model,

            @Doc("Its part of the requests, relative to the others'.") @Example("95") @Range(min = "0", max = "1000000")
            double weight) {
        public Share {
            Names.requireModel("model", model);
        }
    }

    public SplitConfig {
        shares = List.copyOf(shares);
        Names.requireDistinct(
                "shares", "model", shares.stream().map(Share::model).toList());
        virtual(shares, by);
    }

    /** As routing knows it. */
    Split virtual() {
        return virtual(shares, by);
    }

    private static Split virtual(List<Share> shares, Split.By by) {
        return new Split(
                shares.stream()
                        .map(share -> new Split.Share(new ModelId(share.model()), share.weight()))
                        .toList(),
                by);
    }
}
