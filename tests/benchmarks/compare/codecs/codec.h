// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef COMPARE_CODEC_H
#define COMPARE_CODEC_H

#include <QtCore/QByteArray>
#include <QtCore/QVariant>

namespace compare {

//! A way to turn a value into bytes and back.
struct Codec
{
    const char *name;
    const char *encoding;
    QByteArray (*encode)(const QVariantMap &value);
    QVariant (*decode)(const QByteArray &bytes);
};

Codec qipcJson();
Codec qipcMessagePack();
Codec qjsondocument();
Codec msgpackCxx();

} // namespace compare

#endif
