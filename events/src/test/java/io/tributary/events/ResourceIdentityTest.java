package io.tributary.events;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;

class ResourceIdentityTest {

  private static final Locale LOCALE = Locale.getDefault();

  @AfterEach
  void restoreLocale() {
    Locale.setDefault(LOCALE);
  }

  @ParameterizedTest
  @CsvSource({
    "/subscriptions/0/rg, /subscriptions/0/rg",
    "/SUBSCRIPTIONS/0/RG, /subscriptions/0/rg",
    "/Subscriptions/0/resourceGroups/RG, /subscriptions/0/resourcegroups/rg",
    "/subscriptions/, /subscriptions/",
    "/subscriptions//A, /subscriptions//a",
    "/providers/Microsoft.Capacity/reservationOrders/X, /providers/microsoft.capacity/reservationorders/x",
    "/PROVIDERS/Microsoft.Billing, /providers/microsoft.billing",
    "/subscriptions/0/resourceGroups/Ünter/VM-ÄÖ, /subscriptions/0/resourcegroups/Ünter/vm-ÄÖ",
    "'/subscriptions/0/RG ', '/subscriptions/0/rg '",
    "/subscriptions/0/RG?x=Y#Z, /subscriptions/0/rg?x=y#z"
  })
  void foldsTheLettersAToZOfAzureIds(String id, String identity) {
    assertThat(ResourceIdentity.of(id)).isEqualTo(identity);
    assertThat(ResourceIdentity.of(identity)).as("its own identity").isSameAs(identity);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/subscriptions",
        "/subscriptionsX/A",
        "/Providers",
        " /subscriptions/0/RG",
        "subscriptions/0/RG",
        "//subscriptions/0/RG",
        "/resourceGroups/RG",
        "/ſubscriptions/0/RG",
        "/subscrİptions/0/RG",
        "/subscrıptions/0/RG",
        "/SUBSCRIPTIONS\u2044/RG",
        "arn:aws:s3:::Bucket",
        "i-0ABC",
        "//compute.googleapis.com/projects/P/instances/1",
        "projects/P/Instances/I",
        "Ocid1.Instance.oc1",
        "/"
      })
  void leavesEveryOtherTextAsItIs(String id) {
    assertThat(ResourceIdentity.of(id)).isSameAs(id);
  }

  @ParameterizedTest
  @NullAndEmptySource
  void nothingStaysNothing(String id) {
    assertThat(ResourceIdentity.of(id)).isSameAs(id);
  }

  @Test
  void theLocaleOfTheMachineDoesNotMatter() {
    for (String tag : new String[] {"tr-TR", "az-AZ", "lt-LT", "de-DE", "th-TH-u-nu-thai"}) {
      Locale.setDefault(Locale.forLanguageTag(tag));
      assertThat(ResourceIdentity.of("/SUBSCRIPTIONS/0/resourceGroups/RI/VIRTUALMACHINES/I"))
          .as(tag)
          .isEqualTo("/subscriptions/0/resourcegroups/ri/virtualmachines/i");
    }
  }

  @Test
  void lettersThatOnlySomeLanguagesFoldAreNotFolded() {
    assertThat(ResourceIdentity.of("/subscriptions/0/resourceGroups/İSTANBUL-ıI"))
        .isEqualTo("/subscriptions/0/resourcegroups/İstanbul-ıi");
    assertThat(ResourceIdentity.of("/subscriptions/0/\u212Aelvin/\u2126/ẞ/Ǆ/\uD801\uDC00"))
        .isEqualTo("/subscriptions/0/\u212Aelvin/\u2126/ẞ/Ǆ/\uD801\uDC00");
  }

  @Test
  void partsOfIdsAreFoldedWhateverTheyBeginWith() {
    assertThat(ResourceIdentity.folded("resourceGroups/RG")).isEqualTo("resourcegroups/rg");
    assertThat(ResourceIdentity.folded("VM İ1")).isEqualTo("vm İ1");
    assertThat(ResourceIdentity.folded("")).isEmpty();
  }
}
