package io.tierflow.wire.topics;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

class BrokerAccessTest {

  @Test
  void tellsBrokersThatHaveNoAddressFromSettingsThatAreWrong() {
    assertThatThrownBy(
            () -> BrokerAccess.admin(Map.of("bootstrap.servers", "nowhere.invalid:9092")))
        .isInstanceOf(BrokerAccess.UnknownHostsException.class)
        .hasMessage("no address is known of any broker in nowhere.invalid:9092");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> BrokerAccess.admin(Map.of("bootstrap.servers", "host")))
        .withMessageStartingWith("settings of the Kafka clients: Invalid url in bootstrap.servers");
  }

  @Test
  void namesTheSettingThatCannotBeUsed() {
    Map<String, Object> settings =
        Map.of(
            "bootstrap.servers",
            "127.0.0.1:1",
            "security.protocol",
            "SSL",
            "ssl.truststore.location",
            "/none/trust.jks");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> BrokerAccess.admin(settings))
        .withMessageContaining("/none/trust.jks");
  }
}
