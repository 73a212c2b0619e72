// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_MESSAGEPACKMARKS_P_H
#define QIPC_MESSAGEPACKMARKS_P_H

#include <QtCore/QtGlobal>

namespace qipc::messagepack {

//! The first byte of a value, as the specification of MessagePack names it. Those called Fix, but
//! for the extensions, are the first of a range: what is above them is the size.
enum class Mark : quint8 {
    FixMap = 0x80,
    FixArray = 0x90,
    FixString = 0xa0,
    Nil = 0xc0,
    False = 0xc2,
    True = 0xc3,
    Bin8 = 0xc4,
    Bin16 = 0xc5,
    Bin32 = 0xc6,
    Ext8 = 0xc7,
    Ext16 = 0xc8,
    Ext32 = 0xc9,
    Float32 = 0xca,
    Float64 = 0xcb,
    UInt8 = 0xcc,
    UInt16 = 0xcd,
    UInt32 = 0xce,
    UInt64 = 0xcf,
    Int8 = 0xd0,
    Int16 = 0xd1,
    Int32 = 0xd2,
    Int64 = 0xd3,
    FixExt1 = 0xd4,
    FixExt2 = 0xd5,
    FixExt4 = 0xd6,
    FixExt8 = 0xd7,
    FixExt16 = 0xd8,
    String8 = 0xd9,
    String16 = 0xda,
    String32 = 0xdb,
    Array16 = 0xdc,
    Array32 = 0xdd,
    Map16 = 0xde,
    Map32 = 0xdf,
};

// Integers from the one to the other are a byte of their own.
constexpr int smallestFixInt = -32;
constexpr int largestFixInt = 127;

constexpr quint32 largestFixString = 31;
constexpr quint32 largestFixContainer = 15;

// A mark, and a size of at most 32 bits.
constexpr qsizetype longestHead = 5;

} // namespace qipc::messagepack

#endif
