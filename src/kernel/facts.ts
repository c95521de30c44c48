/** What the kernel tells of one message, by number: as in assembly/layout.ts. */
export const Fact = {
  Kind: 0,
  StartFrom: 1,
  StartTo: 2,
  StartNext: 3,
  MethodFrom: 4,
  MethodTo: 5,
  UriFrom: 6,
  UriTo: 7,
  Status: 8,
  ReasonFrom: 9,
  ReasonTo: 10,
  StartDeviations: 11,
  HeaderCount: 12,
  HeadEnd: 13,
  CrlfLines: 14,
  LfLines: 15,
  CompactCount: 16,
  LongCount: 17,
  HeaderDeviations: 18,
  MethodId: 19,
  CSeqMethodFrom: 20,
  CSeqMethodTo: 21,
  /** A bit by header id: the first value is of ordinary form, and its parts are told (parts.ts). */
  Ordinary: 22,
  /** 1: so is the Request-URI. */
  OrdinaryUri: 23,
  /** 1: no field has a name or value that the structural check would object to. */
  SoundFields: 24,
} as const;

/** What may be larger than 32 bits. */
export const FactNumber = { CSeqNumber: 0, ContentLength: 1 } as const;
