#!/bin/sh
# Writes what tshark reads in every capture here to NAME.tsv, the second opinion of the tests.
cd "$(dirname "$0")" || exit 1
for capture in *.pcap *.pcapng; do
  tshark -n -r "$capture" -o ip.defragment:FALSE -o ipv6.defragment:FALSE \
    -o tcp.desegment_tcp_streams:FALSE -T fields -E header=y -E occurrence=f \
    -e frame.time_epoch -e frame.cap_len -e frame.len -e frame.protocols \
    -e ip.src -e ip.dst -e ipv6.src -e ipv6.dst \
    -e udp.srcport -e udp.dstport -e udp.length \
    -e tcp.srcport -e tcp.dstport -e tcp.len -e tcp.seq_raw -e tcp.flags \
    -e vlan.id -e ieee8021ad.id >"$capture.tsv"
done
