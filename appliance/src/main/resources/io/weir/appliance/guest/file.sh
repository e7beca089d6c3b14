# One file of the guest, replaced as a whole or not at all: file.sh VERB FILE [ARGUMENT]
#   look                 what the file is now ("absent", or checksum and size), and its real path
#   prepare MODE         a temporary file beside it with its owner and mode, or with MODE where there is no file yet
#   commit STATE         puts the temporary file in its place, if it is still what look said
#   remove STATE         removes it, and its directory where nothing else is in it and its name ends in .d
#   discard              removes the temporary file
set -eu
umask 077
file=$2
if [ -L "$file" ]; then file=$(readlink -f "$file"); fi
directory=${file%/*}
temporary=$directory/.weir.tmp

state() {
    if [ -f "$file" ]; then
        cksum <"$file"
    elif [ -e "$file" ]; then
        echo "$file is not a regular file" >&2
        return 1
    else
        echo absent
    fi
}

unchanged() {
    now=$(state)
    [ "$now" = "$1" ] && return
    rm -f "$temporary"
    echo "$file was changed by somebody else meanwhile" >&2
    exit 1
}

durable() {
    sync "$1" 2>/dev/null || sync
}

case $1 in
    look)
        state
        echo "$file"
        ;;
    prepare)
        (umask 022 && mkdir -p "$directory")
        rm -f "$temporary"
        trap '[ $? = 0 ] || rm -f "$temporary"' EXIT
        if [ -e "$file" ]; then
            cp -p "$file" "$temporary"
        else
            : >"$temporary"
            chmod "$3" "$temporary"
        fi
        echo "$temporary"
        ;;
    commit)
        unchanged "$3"
        durable "$temporary"
        mv -f "$temporary" "$file"
        if command -v restorecon >/dev/null 2>&1; then restorecon "$file" || :; fi
        durable "$directory"
        ;;
    remove)
        unchanged "$3"
        rm -f "$file"
        durable "$directory"
        case $directory in *.d) rmdir "$directory" 2>/dev/null || : ;; esac
        ;;
    discard) rm -f "$temporary" ;;
esac
