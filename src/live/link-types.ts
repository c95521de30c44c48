/** What `cap` calls link types, and their LINKTYPE_ values. */
const BY_CAP_NAME: Readonly<Record<string, number | undefined>> = {
  NULL: 0,
  ETHERNET: 1,
  RAW: 101,
  LINKTYPE_LINUX_SLL: 113,
  IEEE802_11_RADIO: 127,
};
/** It calls all others so, by libpcap's DLT_ number. */
const OTHER = /^Unknown linktype (\d{1,5})$/;

/** The LINKTYPE_ value for the name that `cap` gives; undefined when it is not known. */
export function linkTypeOfCap(name: string): number | undefined {
  // The two numberings differ only for raw IP and a few links that carry no IP, and are one from
  // 104 on (pcap-linktype(7)).
  const known = BY_CAP_NAME[name];
  if (known !== undefined) return known;
  const number = OTHER.exec(name)?.[1];
  return number === undefined ? undefined : Number(number);
}
