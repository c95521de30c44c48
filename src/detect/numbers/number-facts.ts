/** What is known of a dialled number, and of who dials it. Durations in seconds of packet time. */
export interface NumberFacts {
  /** Its last nine digits: the same for `+44…`, `0044…`, `9011 44…` of one subscriber. */
  readonly tail: string;
  /** What was dialled before them. */
  readonly prefix: string;
  /** The number as E.164 has it, without `+`; undefined where its form does not say. */
  readonly e164: string | undefined;
  /** Its country (`GB`), or what else has a code (`satellite`). */
  readonly country: string | undefined;
  /** It is of another country, as far as the form says. */
  readonly international: boolean;
  /** Who dials, at this server: the login of the credentials, else the user in From. */
  readonly caller: string | undefined;
  /** Calls of this caller that were let through before, and since when he is known. */
  readonly callerCalls: number;
  readonly callerKnownFor: number;
  /** Countries that he was put through to for the first time more than a day ago. */
  readonly callerCountries: number;
  /** Countries that are new for him since a day, this one included where it is. */
  readonly newCountries: number;
  /** He was never put through to this country before. */
  readonly newCountry: boolean;
  /** How long he has called this country; 0: this is the first time. */
  readonly countryKnownFor: number | undefined;
  /** His answered calls to this country that have not ended, this one included if it is answered. */
  readonly concurrent: number;
  /** Since when somebody is registered as this caller from a network that is strange to him. */
  readonly foreignFor: number | undefined;
  /**
   * Prefixes under which this number failed at this server in the last two days: of strangers, by
   * any of them; of who was accepted there, by this source. This call included, if it failed.
   */
  readonly prefixes: number;
  /** The source was itself asked to dial this number just before: it passes a call on. */
  readonly passedOn: boolean;
}
