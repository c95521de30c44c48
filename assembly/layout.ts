/**
 * Where everything lies in the kernel's memory. What is exported from index.ts is read by
 * src/kernel/kernel.ts: a number of the layout stands here and nowhere else.
 */

/** Two vectors may be read beyond the last byte of a message. */
const BEYOND: i32 = 32;

/** The class of each byte; the program writes it, from its own table. */
export const CLASSES: usize = memory.data(256);
/** Bits of a class. */
export const TOKEN: u32 = 1;
export const DIGIT: u32 = 2;
export const BLANK: u32 = 8;
export const LWS: u32 = 16;
export const HOST: u32 = 32;

/** Messages that are not in this memory are copied here; the longest datagram fits. */
export const SCRATCH_LENGTH: i32 = 65536;
export const SCRATCH: usize = memory.data(SCRATCH_LENGTH + BEYOND);

/**
 * What the filter of `search` is made of: four tables of halves of bytes, a bit for each byte, for
 * each slot of pairs, and for each slot of four bytes. And what was found.
 */
export const PAIR_SLOT_BITS: i32 = 11;
export const WORD_SLOT_BITS: i32 = 13;
export const SINGLES: usize = 64;
export const PAIR_SLOTS: usize = SINGLES + (256 >> 3);
export const WORD_SLOTS: usize = PAIR_SLOTS + ((1 << PAIR_SLOT_BITS) >> 3);
export const FILTER_LENGTH: i32 = (WORD_SLOTS as i32) + ((1 << WORD_SLOT_BITS) >> 3);
export const FILTER: usize = memory.data(FILTER_LENGTH, 16);
export const MAX_POSITIONS: i32 = 512;
export const POSITIONS: usize = memory.data(MAX_POSITIONS * 2, 2);

/** What is found in one message: numbers, facts, and the header fields in arrays. */
export const MAX_HEADERS: i32 = 256;
export const MAX_IDS: i32 = 128;
export const NUMBERS: usize = 0;
export const FACTS: usize = NUMBERS + 2 * 8;
export const FACTS_LENGTH: usize = 28 * 4;
export const IDS: usize = FACTS + FACTS_LENGTH;
export const LINE_FROM: usize = IDS + MAX_HEADERS;
export const NAME_TO: usize = LINE_FROM + MAX_HEADERS * 4;
export const VALUE_FROM: usize = NAME_TO + MAX_HEADERS * 4;
export const VALUE_TO: usize = VALUE_FROM + MAX_HEADERS * 4;
export const LINE_TO: usize = VALUE_TO + MAX_HEADERS * 4;
export const FIRST: usize = LINE_TO + MAX_HEADERS * 4;
export const COUNTS: usize = FIRST + MAX_IDS * 2;
/**
 * The parts of a value of ordinary form, four bytes a part; by number as in src/kernel/parts.ts.
 * Behind them its parameters, four positions each: begin and end of the name, and of the value.
 */
export const PARTS_LENGTH: usize = 12 * 4;
export const MAX_PARAMS: i32 = 64;
export const PARAM_LENGTH: usize = 4 * 4;
const VALUE_LENGTH: usize = PARTS_LENGTH + (MAX_PARAMS as usize) * PARAM_LENGTH;
export const VIA: usize = COUNTS + MAX_IDS * 2;
export const FROM: usize = VIA + VALUE_LENGTH;
export const TO: usize = FROM + VALUE_LENGTH;
export const CONTACT: usize = TO + VALUE_LENGTH;
/** A further value, which nobody reads. */
export const FURTHER: usize = CONTACT + VALUE_LENGTH;
export const CREDENTIALS: usize = FURTHER + VALUE_LENGTH;
export const CHALLENGE: usize = CREDENTIALS + VALUE_LENGTH;
export const RURI: usize = CHALLENGE + VALUE_LENGTH;
export const INDEX_LENGTH: usize = RURI + PARTS_LENGTH;

/** Indexes that have a place here; the program asks for one and keeps it. */
export const MAX_INDEXES: i32 = 16;
export const INDEXES: usize = memory.data(MAX_INDEXES * (INDEX_LENGTH as i32), 16);

/** Facts by number, as in src/kernel/facts.ts. */
export const KIND: usize = 0;
export const START_FROM: usize = 1;
export const START_TO: usize = 2;
export const START_NEXT: usize = 3;
export const METHOD_FROM: usize = 4;
export const METHOD_TO: usize = 5;
export const URI_FROM: usize = 6;
export const URI_TO: usize = 7;
export const STATUS: usize = 8;
export const REASON_FROM: usize = 9;
export const REASON_TO: usize = 10;
export const START_DEVIATIONS: usize = 11;
export const HEADER_COUNT: usize = 12;
export const HEAD_END: usize = 13;
export const CRLF_LINES: usize = 14;
export const LF_LINES: usize = 15;
export const COMPACT_COUNT: usize = 16;
export const LONG_COUNT: usize = 17;
export const HEADER_DEVIATIONS: usize = 18;
export const METHOD_ID: usize = 19;
export const CSEQ_METHOD_FROM: usize = 20;
export const CSEQ_METHOD_TO: usize = 21;
export const ORDINARY: usize = 22;
export const ORDINARY_URI: usize = 23;
export const SOUND_FIELDS: usize = 24;
/** Numbers that may be larger. */
export const CSEQ_NUMBER: usize = 0;
export const CONTENT_LENGTH: usize = 1;

/** Parts of a URI. */
export const URI_FROM_PART: usize = 0;
export const URI_TO_PART: usize = 4;
export const USER_FROM: usize = 8;
export const USER_TO: usize = 12;
export const HOST_FROM: usize = 16;
export const HOST_TO: usize = 20;
export const PORT: usize = 24;
export const PARAMS_FROM: usize = 28;
/** Further ones of From, To and Contact. */
export const DISPLAY_FROM: usize = 32;
export const DISPLAY_TO: usize = 36;
export const DISPLAY_QUOTED: usize = 40;
export const PARAM_COUNT: usize = 44;
/** Further one of a Via, which shares HOST_FROM, HOST_TO, PORT, PARAMS_FROM and PARAM_COUNT. */
export const TRANSPORT_TO: usize = 0;
/** Further one of credentials and challenges, which share PARAM_COUNT. */
export const SCHEME_TO: usize = 0;
