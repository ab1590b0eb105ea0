#!/bin/sh
# phiward's host probe. It reads; it changes nothing, opens no connection, and asks for no password.
#
# Run as `sh -c "$(cat probe.sh)"`, with two lines on standard input: a nonce (letters and digits, new for each run),
# and the names of the sections wanted, separated by blanks. Standard output is a list of parts:
#
#     @NONCE H VERSION UID SIZE        once, first
#     @NONCE B SECTION/PART            what follows is content, SIZE bytes of it at most
#     ...
#     @NONCE E STATUS                  0 or another exit status, absent, denied, nocmd, timeout
#     @NONCE Z                         once, last: nothing was cut off
#
# Content cannot forge a line of ours, since it was there before the nonce was drawn. One line break is put before
# every E and is not content. Of files that hold secrets (shadow, authentication of forwarders) only the words named
# here leave the host.
set -u
read -r nonce || exit 2
read -r wanted || exit 2
case $nonce in '' | *[!A-Za-z0-9]*) exit 2 ;; esac
LC_ALL=C
TZ=UTC
PATH=/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/sbin:/usr/local/bin
export LC_ALL TZ PATH
unset ENV BASH_ENV CDPATH
exec </dev/null 2>/dev/null 4>&1
version=1
size=1048576
quick=10
slow=60
seconds=$quick
uid=$(id -u)
printf '@%s H %s %s %s\n' "$nonce" "$version" "$uid" "$size"

wants() { case " $wanted " in *" $1 "* | *" all "*) return 0 ;; esac; return 1; }
has() { command -v "$1" >/dev/null 2>&1; }

# Some busybox versions have neither -k nor the plain form of timeout(1).
if timeout -k 2 2 true; then bound() { timeout -k 2 "$seconds" "$@"; }
elif timeout 2 true; then bound() { timeout "$seconds" "$@"; }
elif timeout -t 2 true; then bound() { timeout -t "$seconds" "$@"; }
else bound() { "$@"; }; fi

begin() { printf '@%s B %s\n' "$nonce" "$1"; }
end() { printf '\n@%s E %s\n' "$nonce" "$1"; }
nothing() { begin "$1"; end "$2"; }

# run PART COMMAND...: the output of a command that is there for sure.
run() {
    begin "$1"
    shift
    status=$({ { bound "$@" 3>&- 4>&-; echo $? >&3; } | head -c "$size" >&4; } 3>&1)
    case $status in
    124 | 137 | 143) end timeout ;;
    126) end denied ;;
    127) end nocmd ;;
    '') end 1 ;;
    *) end "$status" ;;
    esac
}
# ask PART COMMAND...: a command that may not be installed.
ask() { if has "$2"; then run "$@"; else nothing "$1" nocmd; fi; }
# root PART COMMAND...: one that answers truthfully only to root.
root() {
    if ! has "$2"; then nothing "$1" nocmd
    elif [ "$uid" != 0 ]; then nothing "$1" denied
    else run "$@"; fi
}
# state PATH: here, absent, or denied (a folder on the way cannot be searched, or it cannot be read).
state() {
    if [ -e "$1" ]; then
        if [ -r "$1" ]; then echo here; else echo denied; fi
        return
    fi
    above=${1%/*}
    while [ -n "$above" ]; do
        if [ -d "$above" ]; then
            if [ -x "$above" ]; then echo absent; else echo denied; fi
            return
        fi
        above=${above%/*}
    done
    echo absent
}
# with PART PATH COMMAND...: a command that reads PATH, when PATH is a file that can be read.
with() {
    part=$1 path=$2
    shift 2
    where=$(state "$path")
    if [ "$where" != here ]; then nothing "$part" "$where"
    elif [ -d "$path" ] || { [ ! -f "$path" ] && [ ! "$path" -ef /dev/null ]; }; then nothing "$part" 21
    else run "$part" "$@"; fi
}
file() { with "$1" "$2" cat -- "$2"; }
# folder PART PATH SUFFIX: every file of a folder whose name ends so, as PART:PATH/NAME, then the folder itself.
folder() {
    where=$(state "$2")
    there=$where
    if [ "$where" = here ]; then
        [ -x "$2" ] || there=denied
        for each in "$2"/*"$3"; do
            [ -e "$each" ] || [ -h "$each" ] || continue
            [ -d "$each" ] && continue
            case $each in *[!A-Za-z0-9_./@:+~=-]*) there=21 ;; *) file "$1:$each" "$each" ;; esac
        done
    fi
    [ "$there" = here ] && there=0
    nothing "$1:$2/" "$there"
}
# pick PART REGEX PATH...: the matching words of several files. One file that is there and cannot be read spoils it all.
pick() {
    part=$1 words=$2
    shift 2
    for each; do
        shift
        case $(state "$each") in
        here) [ -d "$each" ] || set -- "$@" "$each" ;;
        denied) nothing "$part" denied; return ;;
        esac
    done
    # grep's exit status 1 says that nothing matched, and is an answer.
    run "$part" sh -c 'words=$1; shift; [ $# = 0 ] || grep -hoE -e "$words" -- "$@" || [ $? = 1 ]' pick "$words" "$@"
}
there() { case $(state "$2") in here) nothing "$1" 0 ;; *) nothing "$1" "$(state "$2")" ;; esac; }

if wants os; then
    if [ -e /etc/os-release ]; then file os/release /etc/os-release; else file os/release /usr/lib/os-release; fi
    run os/kernel uname -sr
    run os/name uname -n
    run os/user id -un
    file os/uptime /proc/uptime
    file os/distro-info:debian /usr/share/distro-info/debian.csv
    file os/distro-info:ubuntu /usr/share/distro-info/ubuntu.csv
    ask os/virtual systemd-detect-virt
    with os/hypervisor /proc/cpuinfo grep -c -w -m 1 hypervisor /proc/cpuinfo
    there os/container:docker /.dockerenv
    there os/container:podman /run/.containerenv
fi
if wants processes; then
    with processes/names /proc/1/comm sh -c 'cat /proc/[0-9]*/comm | sort -u'
    ask processes/enabled systemctl --root=/ list-unit-files --state=enabled,enabled-runtime --no-legend --no-pager
    run processes/openrc sh -c 'for f in /etc/runlevels/*/*; do [ -e "$f" ] && echo "${f##*/}"; done; :'
    pick processes/scheduled '^[^#]*(clamscan|clamdscan|freshclam|aide|tripwire)' /etc/crontab /etc/anacrontab /etc/cron.d/* \
        /etc/cron.hourly/* /etc/cron.daily/* /etc/cron.weekly/* /etc/periodic/*/* /var/spool/cron/* /var/spool/cron/crontabs/*
fi
if wants updates; then
    seconds=$slow
    ask updates/apt apt-get -s -qq -o Debug::NoLocking=true -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= \
        upgrade --with-new-pkgs
    ask updates/dnf dnf -C -q updateinfo list --security
    ask updates/apk apk -s --no-network upgrade
    seconds=$quick
    if has apt-get; then
        run updates/apt-index sh -c 'grep -HE "^(Origin|Label|Suite|Codename|Date|Valid-Until): " /var/lib/apt/lists/*Release; :'
        run updates/apt-fetched sh -c 'stat -c "%Y %n" /var/lib/apt/periodic/update-success-stamp \
            /var/lib/apt/lists/partial /var/lib/apt/lists; :'
    fi
    if has dnf; then
        run updates/dnf-index sh -c 'stat -c "%Y %n" /var/cache/dnf/*/repodata/*.xml* /var/cache/libdnf5/*/repodata/*.xml* \
            /var/cache/dnf/*/repodata/*.zst /var/cache/libdnf5/*/repodata/*.zst; :'
    fi
    has apk && run updates/apk-index sh -c 'stat -c "%Y %n" /var/cache/apk/APKINDEX.* /lib/apk/db/APKINDEX.*; :'
fi
if wants automatic; then
    ask automatic/apt apt-config dump APT::Periodic
    ask automatic/apt-origins apt-config dump Unattended-Upgrade
    there automatic/unattended-upgrade /usr/bin/unattended-upgrade
    there automatic/apt-cron /etc/cron.daily/apt-compat
    file automatic/dnf /etc/dnf/automatic.conf
fi
if wants reboot; then
    there reboot/flag /run/reboot-required
    there reboot/recorder:update-notifier /usr/share/update-notifier/notify-reboot-required
    there reboot/recorder:unattended-upgrades /etc/kernel/postinst.d/unattended-upgrades
    seconds=$slow
    root reboot/needs-restarting needs-restarting -r
    seconds=$quick
    run reboot/kernels sh -c 'for f in /boot/vmlinuz-*; do [ -e "$f" ] && echo "${f#/boot/vmlinuz-}"; done; :'
fi
if wants disks; then
    if has lsblk; then
        columns=NAME,KNAME,MAJ:MIN,TYPE,FSTYPE,MOUNTPOINT
        if lsblk --json --output "$columns,FSVER" >/dev/null; then columns=$columns,FSVER; fi
        run disks/blocks lsblk --json --output "$columns"
    else nothing disks/blocks nocmd; fi
    ask disks/mounts findmnt --json --list --output TARGET,SOURCE,FSTYPE,OPTIONS,MAJ:MIN
    with disks/proc-mounts /proc/self/mounts awk '{ print $1, $2, $3, $4 }' /proc/self/mounts
    file disks/swaps /proc/swaps
    ask disks/zfs zfs get -H -o name,value encryption
fi
if wants sshd; then
    if has sshd; then
        nothing sshd/installed 0
        if [ "$uid" = 0 ]; then run sshd/effective sh -c 'sshd -T 2>&1'; else nothing sshd/effective denied; fi
    else nothing sshd/installed absent; fi
    file sshd/config:/etc/ssh/sshd_config /etc/ssh/sshd_config
    folder sshd/config /etc/ssh/sshd_config.d ''
    file sshd/config:/etc/crypto-policies/back-ends/opensshserver.config /etc/crypto-policies/back-ends/opensshserver.config
fi
if wants passwords; then
    file passwords/login.defs /etc/login.defs
    file passwords/pwquality:/etc/security/pwquality.conf /etc/security/pwquality.conf
    folder passwords/pwquality /etc/security/pwquality.conf.d .conf
    file passwords/faillock /etc/security/faillock.conf
    file passwords/pwhistory /etc/security/pwhistory.conf
    folder passwords/pam /etc/pam.d ''
fi
if wants accounts; then
    # The fifth word is a person's name and stays here.
    with accounts/passwd /etc/passwd awk -F: '{
        print $1 ":" ($2 == "" ? "empty" : $2 == "x" ? "shadow" : $2 ~ /^[!*]/ ? "locked" : "set") ":" $3 ":" $4 ":" $7 }' /etc/passwd
    with accounts/shadow /etc/shadow awk -F: '{
        hash = $2; how = "set"; kind = ""
        if (hash == "") how = "empty"
        else if (hash ~ /^[!*]/) how = "locked"
        sub(/^[!*]+/, "", hash)
        if (hash ~ /^\$[0-9a-z]+\$/) { kind = hash; sub(/^\$/, "", kind); sub(/\$.*$/, "", kind) }
        else if (length(hash) == 13) kind = "des"
        else if (how == "set") how = "locked"
        print $1 ":" how ":" kind ":" $3 ":" $4 ":" $5 ":" $7 ":" $8 }' /etc/shadow
    with accounts/group /etc/group awk -F: '{ print $1 ":" $3 ":" $4 }' /etc/group
    with accounts/nsswitch /etc/nsswitch.conf grep -E '^(passwd|shadow|group):' /etc/nsswitch.conf
    # Where someone came from stays here; what counts is the time.
    if has lastlog; then
        with accounts/lastlog /var/log/lastlog sh -c 'lastlog | awk "NR > 1 {
            if (index(\$0, \"**Never\")) print \$1; else print \$1, \$(NF-4), \$(NF-3), \$(NF-2), \$(NF-1), \$NF }"'
    else nothing accounts/lastlog nocmd; fi
fi
if wants sudoers; then
    if has sudo; then nothing sudoers/installed 0; else nothing sudoers/installed absent; fi
    if has cvtsudoers; then with sudoers/json /etc/sudoers cvtsudoers -e -f json /etc/sudoers; else nothing sudoers/json nocmd; fi
    file sudoers/file:/etc/sudoers /etc/sudoers
    folder sudoers/file /etc/sudoers.d ''
    if has doas; then nothing sudoers/doas-installed 0; else nothing sudoers/doas-installed absent; fi
    file sudoers/doas:/etc/doas.conf /etc/doas.conf
    folder sudoers/doas /etc/doas.d .conf
    with sudoers/wheel /etc/pam.d/su grep -E '^[^#]*pam_wheel' /etc/pam.d/su
fi
if wants firewall; then
    root firewall/nft nft -j list ruleset
    root firewall/iptables iptables-save
    root firewall/ip6tables ip6tables-save
    with firewall/ufw /etc/ufw/ufw.conf grep -E '^ENABLED=' /etc/ufw/ufw.conf
    if has firewall-cmd; then root firewall/firewalld firewall-cmd --state; else nothing firewall/firewalld nocmd; fi
fi
if wants audit; then
    root audit/status auditctl -s
    root audit/rules auditctl -l
    with audit/settings /etc/audit/auditd.conf grep -E '^[ \t]*(max_log_file_action|num_logs|max_log_file|space_left_action|disk_full_action|admin_space_left_action)[ \t]*=' /etc/audit/auditd.conf
fi
if wants logs; then
    # Only the lines that forward; credentials of other outputs stay here.
    pick logs/rsyslog '^[^#]*[ \t]@@?[^ \t;]+|^[^#"]*"(omfwd|omrelp|omelasticsearch|omkafka)"|^[^#]*[Tt]arget="[^"@]*"' \
        /etc/rsyslog.conf /etc/rsyslog.d/*.conf
    there logs/rsyslog-installed /etc/rsyslog.conf
    pick logs/syslog-ng '^[^#]*(network|tcp|udp|syslog)\([ \t]*"[^"]*"' /etc/syslog-ng/syslog-ng.conf /etc/syslog-ng/conf.d/*.conf
    there logs/syslog-ng-installed /etc/syslog-ng/syslog-ng.conf
    pick logs/journald '^(Storage|ForwardToSyslog|MaxRetentionSec|Seal|Audit)=[^ ]*' /usr/lib/systemd/journald.conf \
        /etc/systemd/journald.conf /usr/lib/systemd/journald.conf.d/*.conf /run/systemd/journald.conf.d/*.conf /etc/systemd/journald.conf.d/*.conf
    pick logs/upload '^URL=(https?://)?[^@/]*' /etc/systemd/journal-upload.conf /etc/systemd/journal-upload.conf.d/*.conf
    there logs/persistent /var/log/journal
    pick logs/rotation '^[ \t]*(daily|weekly|monthly|yearly|rotate[ \t]+[0-9]+)[ \t]*$' /etc/logrotate.conf \
        /etc/logrotate.d/rsyslog /etc/logrotate.d/syslog /etc/logrotate.d/syslog-ng
    with logs/busybox /etc/conf.d/syslog grep -oE 'R [^" ]+' /etc/conf.d/syslog
fi
if wants time; then
    [ -d /run/systemd/system ] && ask time/timedatectl timedatectl show -p NTP -p NTPSynchronized -p CanNTP
    ask time/chrony chronyc -n tracking
    ask time/ntpq ntpq -pn
fi
if wants malware; then
    for tool in clamscan clamd freshclam clamonacc; do
        if has "$tool"; then nothing "malware/clamav:$tool" 0; else nothing "malware/clamav:$tool" absent; fi
    done
    for each in daily.cld daily.cvd main.cvd main.cld; do
        with "malware/signatures:$each" "/var/lib/clamav/$each" head -c 512 "/var/lib/clamav/$each"
    done
    ask malware/mdatp mdatp health --output json
    for each in /opt/CrowdStrike/falconctl /opt/sentinelone/bin/sentinelctl /opt/ds_agent/ds_agent \
        /opt/sophos-spl/bin/sophosctl /opt/eset/efs/bin/cls /opt/carbonblack/psc/bin/cbagentd; do
        there "malware/agent:$each" "$each"
    done
fi
if wants listeners; then
    ask listeners/ss ss -H -tulpn
    for each in tcp tcp6 udp udp6; do file "listeners/$each" "/proc/net/$each"; done
fi
if wants addresses; then
    ask addresses/ip ip -j addr
fi
if wants kernel; then
    for each in kernel.randomize_va_space kernel.core_pattern kernel.kptr_restrict kernel.dmesg_restrict fs.suid_dumpable \
        net.ipv4.ip_forward net.ipv4.tcp_syncookies net.ipv4.conf.all.accept_redirects net.ipv4.conf.all.rp_filter \
        net.ipv4.conf.all.accept_source_route net.ipv6.conf.all.forwarding; do
        file "kernel/$each" "/proc/sys/$(echo "$each" | tr . /)"
    done
    file kernel/selinux /sys/fs/selinux/enforce
    file kernel/apparmor /sys/module/apparmor/parameters/enabled
fi
if wants sessions; then
    pick sessions/shell '^[^#]*TMOUT.*' /etc/profile /etc/profile.d/*.sh /etc/bash.bashrc /etc/bashrc /etc/environment
    pick sessions/logind '^StopIdleSessionSec=.*' /etc/systemd/logind.conf /usr/lib/systemd/logind.conf.d/*.conf \
        /etc/systemd/logind.conf.d/*.conf
fi
if wants integrity; then
    if has aide; then nothing integrity/aide 0; else nothing integrity/aide absent; fi
    if has tripwire; then nothing integrity/tripwire 0; else nothing integrity/tripwire absent; fi
    run integrity/aide-database sh -c 'd=/var/lib/aide; [ -d "$d" ] || exit 0; [ -x "$d" ] && [ -r "$d" ] || exit 126
        for f in "$d"/aide.db "$d"/aide.db.gz; do [ -e "$f" ] && echo "$f"; done; :'
fi
printf '@%s Z\n' "$nonce"
