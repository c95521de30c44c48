/** The bits of src/sip/deviations.ts that the index finds; a test holds the two together. */
export const LF_LINE_ENDS: u32 = 1 << 0;
export const NO_END_OF_HEAD: u32 = 1 << 1;
export const LEADING_BLANK_LINES: u32 = 1 << 2;
export const START_LINE_SPACES: u32 = 1 << 3;
export const NO_VERSION: u32 = 1 << 4;
export const BAD_VERSION: u32 = 1 << 5;
export const BAD_STATUS: u32 = 1 << 8;
export const HEADER_WITHOUT_COLON: u32 = 1 << 20;
export const TOO_MANY_HEADERS: u32 = 1 << 21;
export const HEADER_TOO_LONG: u32 = 1 << 22;
export const NUL_BYTE: u32 = 1 << 23;
export const BARE_CR: u32 = 1 << 25;
export const FOLDED_LINES: u32 = 1 << 26;
