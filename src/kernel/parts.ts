/**
 * What the kernel tells of a value of ordinary form, by number: as in assembly/layout.ts. Positions
 * are those of the message's buffer; user and host are 0/0 when missing, a port is -1 then.
 */
export const UriPart = {
  From: 0,
  To: 1,
  UserFrom: 2,
  UserTo: 3,
  HostFrom: 4,
  HostTo: 5,
  Port: 6,
  ParamsFrom: 7,
} as const;

/** Of From, To and Contact: their URI's, and these. */
export const NameAddrPart = {
  DisplayFrom: 8,
  DisplayTo: 9,
  DisplayQuoted: 10,
  ParamCount: 11,
} as const;

export const ViaPart = {
  TransportTo: 0,
  HostFrom: 4,
  HostTo: 5,
  Port: 6,
  ParamsFrom: 7,
  ParamCount: 11,
} as const;

/** Of credentials and challenges. */
export const CredentialsPart = { SchemeTo: 0, ParamCount: 11 } as const;

/** Room for the parts of one value. */
export const PARTS = 12;

/** For a view that nothing is told of. */
export const NO_PARTS = new Int32Array(PARTS);
