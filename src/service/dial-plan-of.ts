import type { Config } from '../config/config.js';
import type { DialPlan } from '../detect/numbers/dial-plan.js';

/** The dial plan that the configuration says. */
export function dialPlanOf(numbers: Config['numbers']): DialPlan {
  return {
    countryCode: numbers.country_code === undefined ? undefined : String(numbers.country_code),
    internationalPrefixes: numbers.international_prefixes,
    nationalPrefix: numbers.national_prefix,
    outsidePrefixes: numbers.outside_prefixes,
  };
}
