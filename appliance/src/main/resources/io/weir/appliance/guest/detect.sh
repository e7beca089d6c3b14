# What configures a device of the guest: detect.sh DEVICE. One fact a line, name=value; nothing is changed.
# What runs says more than what lies about, so both are told apart: "…-now" is the file that a running program uses.
device=$1
number=$(cat "/sys/class/net/$device/ifindex" 2>/dev/null)
now=$(sed -n 's/^NETWORK_FILE=//p' "/run/systemd/netif/links/$number" 2>/dev/null)
echo "networkd-now=$now"
profile=$(nmcli -g DEVICE,FILENAME connection show --active 2>/dev/null | sed -n "s/^$device://p" | head -n 1)
echo "networkmanager-now=$profile"

first() { # FILE…: the first one that is there
    for file; do
        if [ -f "$file" ]; then
            echo "$file"
            return
        fi
    done
}
word="[[:space:]]*=[[:space:]]*$device[[:space:]]*\$"
echo "networkd=$(grep -lE "^Name$word" /etc/systemd/network/*.network 2>/dev/null | head -n 1)"
echo "networkmanager=$(grep -lE "^interface-name$word" /etc/NetworkManager/system-connections/* 2>/dev/null | head -n 1)"
echo "ifcfg=$(first "/etc/sysconfig/network-scripts/ifcfg-$device" "/etc/sysconfig/network/ifcfg-$device")"
interfaces=/etc/network/interfaces
echo "ifupdown=$(grep -lE "^[[:space:]]*iface[[:space:]]+$device([[:space:]]|\$)" $interfaces $interfaces.d/* 2>/dev/null | head -n 1)"
echo "ifupdown-sources=$(grep -cE \
    '^[[:space:]]*source(-directory)?[[:space:]]+(/etc/network/)?interfaces\.d(/\*)?/?[[:space:]]*$' $interfaces 2>/dev/null)"

# netplan's name of the device may be another: its generated file has it.
id=$device
case $now in */*-netplan-*.network) id=${now##*-netplan-} id=${id%.network} ;; esac
case $profile in */netplan-*.nmconnection) id=${profile##*/netplan-} id=${id%.nmconnection} ;; esac
echo "netplan-id=$id"
echo "netplan=$(cat /lib/netplan/*.yaml /etc/netplan/*.yaml /run/netplan/*.yaml 2>/dev/null | awk -v id="$id" '
    { sub(/#.*/, ""); gsub(/["\047]/, "") }
    match($0, /^ +[a-z-]+s: *$/) { kind = $1; sub(/:$/, "", kind) }
    { if (index($0, " " id ":") > 0 && $1 == id ":" && !found) { found = 1; print kind } }')"
echo "netplan-renderer=$(sed -n 's/^ *renderer: *//p' /lib/netplan/*.yaml /etc/netplan/*.yaml /run/netplan/*.yaml 2>/dev/null | tr '\n' ' ')"
exit 0
