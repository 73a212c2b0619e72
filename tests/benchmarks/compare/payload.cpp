// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "payload.h"

#include "failure.h"

#include <QtCore/QDataStream>
#include <QtCore/QIODevice>
#include <QtCore/QMap>

using namespace Qt::StringLiterals;

namespace compare {

namespace {

QVariantMap tenKeys()
{
    QVariantMap map;
    for (int i = 0; i < 10; ++i)
        map.insert(u"key%1"_s.arg(i), u"value of key %1"_s.arg(i));
    return map;
}

} // namespace

Payload Payload::named(const QString &name)
{
    Payload payload;
    const qsizetype size = name.section(u':', 1).toInt();
    if (name == u"map") {
        payload.m_kind = Kind::Map;
        payload.m_value = tenKeys();
        // What one would do by hand on a bare QLocalSocket; its peer encodes each message anew.
        QDataStream stream(&payload.m_bytes, QIODevice::WriteOnly);
        stream << payload.m_value.toMap();
    } else if (name.startsWith(u"text:")) {
        payload.m_kind = Kind::Text;
        payload.m_value = QString(size, u'x');
        payload.m_bytes = QByteArray(size, 'x');
    } else if (name.startsWith(u"bytes:")) {
        payload.m_kind = Kind::Bytes;
        payload.m_bytes = QByteArray(size, 'x');
        payload.m_value = payload.m_bytes;
    } else {
        fail(u"no payload is called "_s + name);
    }
    return payload;
}

} // namespace compare
