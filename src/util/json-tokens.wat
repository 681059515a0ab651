;; Finds the tokens of a JSON text that lie no deeper than a limit, and one level below it some keys, 64 bytes at a time (see
;; json-tokens.ts).
;;
;; The text comes in chunks. Each is laid at address 0, and its tokens' offsets are written from $tokens on, 32 bits each. All chunks
;; but the last have a length that is a multiple of 64. The beginnings of keys lie at $keys, 32 bytes each: 16 bytes of text from the
;; opening quote on, then a mask with the bits that count. What one chunk must know of those before it stands in the globals.
;;
;; Each of the masks below has a bit for every byte of a block, the lowest for the first byte.
(module
  (memory (export "memory") 21) ;; A chunk of 256 KiB, a block of blanks, an offset for every byte, and the keys: 20.01 pages of 64 KiB.
  (global $tokens (export "tokens") i32 (i32.const 262208))
  (global $keys (export "keys") i32 (i32.const 1310784))
  (global $keysEnd (mut i32) (i32.const 1310784))

  ;; How many objects and arrays are open, and the deepest level whose tokens count.
  (global $depth (mut i32) (i32.const 0))
  (global $limit (mut i32) (i32.const 0))
  ;; All bits set within a string, else none.
  (global $inString (mut i64) (i64.const 0))
  ;; 1 when the next byte is escaped by a backslash before it.
  (global $escaping (mut i64) (i64.const 0))
  ;; 1 when the last byte was part of a number or a word.
  (global $inScalar (mut i64) (i64.const 0))

  ;; 1 once a string holds a control character as it is, which JSON does not allow: a line break that somebody has put in, say.
  (global $broken (mut i32) (i32.const 0))

  ;; Begins a text.
  (func (export "begin") (param $limit i32) (param $keyCount i32)
    (global.set $limit (local.get $limit))
    (global.set $keysEnd (i32.add (global.get $keys) (i32.shl (local.get $keyCount) (i32.const 5))))
    (global.set $depth (i32.const 0))
    (global.set $inString (i64.const 0))
    (global.set $escaping (i64.const 0))
    (global.set $inScalar (i64.const 0))
    (global.set $broken (i32.const 0)))

  (func (export "isBroken") (result i32)
    (global.get $broken))

  ;; The mask of four vectors of comparisons.
  (func $mask (param $a v128) (param $b v128) (param $c v128) (param $d v128) (result i64)
    (i64.or
      (i64.or
        (i64.extend_i32_u (i8x16.bitmask (local.get $a)))
        (i64.shl (i64.extend_i32_u (i8x16.bitmask (local.get $b))) (i64.const 16)))
      (i64.or
        (i64.shl (i64.extend_i32_u (i8x16.bitmask (local.get $c))) (i64.const 32))
        (i64.shl (i64.extend_i32_u (i8x16.bitmask (local.get $d))) (i64.const 48)))))

  ;; The bytes of a block that equal one byte.
  (func $equal (param $a v128) (param $b v128) (param $c v128) (param $d v128) (param $byte v128) (result i64)
    (call $mask
      (i8x16.eq (local.get $a) (local.get $byte))
      (i8x16.eq (local.get $b) (local.get $byte))
      (i8x16.eq (local.get $c) (local.get $byte))
      (i8x16.eq (local.get $d) (local.get $byte))))

  ;; The bytes that a backslash escapes. A run of backslashes escapes the byte behind it when its length is odd: adding to the run a bit
  ;; at its start carries to the bit behind it, and whether that one is even or odd tells the length, given where the run began.
  (func $escaped (param $backslashes i64) (result i64)
    (local $before i64) (local $follows i64) (local $sum i64)
    (local.set $before (global.get $escaping))
    (if (i64.eqz (local.get $backslashes))
      (then
        (global.set $escaping (i64.const 0))
        (return (local.get $before))))
    (local.set $backslashes (i64.and (local.get $backslashes) (i64.xor (local.get $before) (i64.const -1))))
    (local.set $follows (i64.or (i64.shl (local.get $backslashes) (i64.const 1)) (local.get $before)))
    (local.set $sum
      (i64.add
        (local.get $backslashes)
        (i64.and ;; The starts of runs at odd places.
          (i64.and (local.get $backslashes) (i64.const 0xaaaaaaaaaaaaaaaa))
          (i64.xor (local.get $follows) (i64.const -1)))))
    (global.set $escaping (i64.extend_i32_u (i64.lt_u (local.get $sum) (local.get $backslashes))))
    (i64.and
      (i64.xor (i64.const 0x5555555555555555) (i64.shl (local.get $sum) (i64.const 1)))
      (local.get $follows)))

  ;; The bits from each set bit of an odd rank on, up to the next set bit and without it: of quotes, what stands between them.
  (func $between (param $bits i64) (result i64)
    (local.set $bits (i64.xor (local.get $bits) (i64.shl (local.get $bits) (i64.const 1))))
    (local.set $bits (i64.xor (local.get $bits) (i64.shl (local.get $bits) (i64.const 2))))
    (local.set $bits (i64.xor (local.get $bits) (i64.shl (local.get $bits) (i64.const 4))))
    (local.set $bits (i64.xor (local.get $bits) (i64.shl (local.get $bits) (i64.const 8))))
    (local.set $bits (i64.xor (local.get $bits) (i64.shl (local.get $bits) (i64.const 16))))
    (i64.xor (local.get $bits) (i64.shl (local.get $bits) (i64.const 32))))

  ;; May one of the keys begin at the quote at an address? A key that holds an escape, or that goes on in the next chunk, may be any.
  (func $mayBeKey (param $at i32) (param $length i32) (result i32)
    (local $text v128) (local $key i32)
    (local.set $text (v128.load (local.get $at)))
    (if
      (i32.or
        (i32.gt_u (i32.add (local.get $at) (i32.const 16)) (local.get $length))
        (v128.any_true (i8x16.eq (local.get $text) (i8x16.splat (i32.const 0x5c)))))
      (then (return (i32.const 1))))
    (local.set $key (global.get $keys))
    (loop $next
      (if (i32.lt_u (local.get $key) (global.get $keysEnd))
        (then
          (if
            (i32.eqz
              (v128.any_true
                (v128.and
                  (v128.xor (local.get $text) (v128.load (local.get $key)))
                  (v128.load offset=16 (local.get $key)))))
            (then (return (i32.const 1))))
          (local.set $key (i32.add (local.get $key) (i32.const 32)))
          (br $next))))
    (i32.const 0))

  ;; Goes over the next chunk of the text; answers how many tokens it has found.
  (func (export "scan") (param $length i32) (result i32)
    (local $at i32) (local $end i32) (local $depth i32) (local $limit i32)
    (local $a v128) (local $b v128) (local $c v128) (local $d v128)
    (local $la v128) (local $lb v128) (local $lc v128) (local $ld v128)
    (local $quotes i64) (local $strings i64) (local $opening i64) (local $closing i64) (local $marks i64) (local $scalars i64)
    (local $bit i64) (local $position i32) (local $keyLevel i32)
    (memory.fill (local.get $length) (i32.const 0x20) (i32.const 64))
    (local.set $end (global.get $tokens))
    (local.set $depth (global.get $depth))
    (local.set $limit (global.get $limit))
    ;; The keys are looked for at this level, where there are any.
    (local.set $keyLevel
      (i32.add (local.get $limit) (i32.ne (global.get $keys) (global.get $keysEnd))))
    (block $done
      (loop $blocks
        (br_if $done (i32.ge_u (local.get $at) (local.get $length)))
        (local.set $a (v128.load (local.get $at)))
        (local.set $b (v128.load offset=16 (local.get $at)))
        (local.set $c (v128.load offset=32 (local.get $at)))
        (local.set $d (v128.load offset=48 (local.get $at)))

        (local.set $quotes
          (i64.and
            (call $equal (local.get $a) (local.get $b) (local.get $c) (local.get $d) (i8x16.splat (i32.const 0x22)))
            (i64.xor
              (call $escaped (call $equal (local.get $a) (local.get $b) (local.get $c) (local.get $d) (i8x16.splat (i32.const 0x5c))))
              (i64.const -1))))
        (local.set $strings (i64.xor (call $between (local.get $quotes)) (global.get $inString))) ;; With opening quotes, without closing ones.
        (global.set $inString (i64.shr_s (local.get $strings) (i64.const 63)))

        (if
          (i64.ne
            (i64.and
              (local.get $strings)
              (call $mask
                (i8x16.lt_u (local.get $a) (i8x16.splat (i32.const 0x20)))
                (i8x16.lt_u (local.get $b) (i8x16.splat (i32.const 0x20)))
                (i8x16.lt_u (local.get $c) (i8x16.splat (i32.const 0x20)))
                (i8x16.lt_u (local.get $d) (i8x16.splat (i32.const 0x20)))))
            (i64.const 0))
          (then (global.set $broken (i32.const 1))))

        ;; Bit 5 is all that tells [ from { and ] from }.
        (local.set $la (v128.or (local.get $a) (i8x16.splat (i32.const 0x20))))
        (local.set $lb (v128.or (local.get $b) (i8x16.splat (i32.const 0x20))))
        (local.set $lc (v128.or (local.get $c) (i8x16.splat (i32.const 0x20))))
        (local.set $ld (v128.or (local.get $d) (i8x16.splat (i32.const 0x20))))
        (local.set $opening
          (i64.and
            (call $equal (local.get $la) (local.get $lb) (local.get $lc) (local.get $ld) (i8x16.splat (i32.const 0x7b)))
            (i64.xor (local.get $strings) (i64.const -1))))
        (local.set $closing
          (i64.and
            (call $equal (local.get $la) (local.get $lb) (local.get $lc) (local.get $ld) (i8x16.splat (i32.const 0x7d)))
            (i64.xor (local.get $strings) (i64.const -1))))

        (if (i32.gt_s (i32.sub (local.get $depth) (i32.wrap_i64 (i64.popcnt (local.get $closing)))) (local.get $keyLevel))
          (then ;; All of the block is too deep.
            (local.set $depth
              (i32.add
                (local.get $depth)
                (i32.sub
                  (i32.wrap_i64 (i64.popcnt (local.get $opening)))
                  (i32.wrap_i64 (i64.popcnt (local.get $closing))))))
            (global.set $inScalar (i64.const 0))) ;; What goes on into the next block is too deep there as well.
          (else
            (local.set $marks
              (i64.and
                (i64.or
                  (call $equal (local.get $a) (local.get $b) (local.get $c) (local.get $d) (i8x16.splat (i32.const 0x2c)))
                  (call $equal (local.get $a) (local.get $b) (local.get $c) (local.get $d) (i8x16.splat (i32.const 0x3a))))
                (i64.xor (local.get $strings) (i64.const -1))))
            (local.set $marks
              (i64.or (i64.or (local.get $marks) (local.get $quotes)) (i64.or (local.get $opening) (local.get $closing))))
            (local.set $scalars ;; What is neither a mark nor in a string nor blank.
              (i64.xor
                (i64.or
                  (i64.or (local.get $marks) (local.get $strings))
                  (i64.or
                    (i64.or
                      (call $equal (local.get $a) (local.get $b) (local.get $c) (local.get $d) (i8x16.splat (i32.const 0x20)))
                      (call $equal (local.get $a) (local.get $b) (local.get $c) (local.get $d) (i8x16.splat (i32.const 0x0a))))
                    (i64.or
                      (call $equal (local.get $a) (local.get $b) (local.get $c) (local.get $d) (i8x16.splat (i32.const 0x0d)))
                      (call $equal (local.get $a) (local.get $b) (local.get $c) (local.get $d) (i8x16.splat (i32.const 0x09))))))
                (i64.const -1)))
            (local.set $marks ;; Of a number or a word, its first byte is the token.
              (i64.or
                (local.get $marks)
                (i64.and
                  (local.get $scalars)
                  (i64.xor
                    (i64.or (i64.shl (local.get $scalars) (i64.const 1)) (global.get $inScalar))
                    (i64.const -1)))))
            (global.set $inScalar (i64.shr_u (local.get $scalars) (i64.const 63)))

            (block $none
              (loop $next
                (br_if $none (i64.eqz (local.get $marks)))
                (local.set $bit (i64.and (local.get $marks) (i64.sub (i64.const 0) (local.get $marks))))
                (if (i64.ne (i64.and (local.get $closing) (local.get $bit)) (i64.const 0))
                  (then (local.set $depth (i32.sub (local.get $depth) (i32.const 1)))))
                (local.set $position (i32.add (local.get $at) (i32.wrap_i64 (i64.ctz (local.get $bit)))))
                (if
                  (if (result i32) (i32.le_s (local.get $depth) (local.get $limit))
                    (then (i32.const 1))
                    (else
                      (if (result i32)
                        (i32.and
                          (i32.eq (local.get $depth) (local.get $keyLevel))
                          (i64.ne ;; An opening quote.
                            (i64.and (i64.and (local.get $quotes) (local.get $strings)) (local.get $bit))
                            (i64.const 0)))
                        (then (call $mayBeKey (local.get $position) (local.get $length)))
                        (else (i32.const 0)))))
                  (then
                    (i32.store (local.get $end) (local.get $position))
                    (local.set $end (i32.add (local.get $end) (i32.const 4)))))
                (if (i64.ne (i64.and (local.get $opening) (local.get $bit)) (i64.const 0))
                  (then (local.set $depth (i32.add (local.get $depth) (i32.const 1)))))
                (local.set $marks (i64.xor (local.get $marks) (local.get $bit)))
                (br $next)))))

        (local.set $at (i32.add (local.get $at) (i32.const 64)))
        (br $blocks)))
    (global.set $depth (local.get $depth))
    (i32.shr_u (i32.sub (local.get $end) (global.get $tokens)) (i32.const 2))))
