// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "cpppeer.h"

#include <QtCore/QDateTime>
#include <QtCore/QMap>

#include <limits>

using namespace Qt::StringLiterals;

namespace {

QString described(const QVariant &value)
{
    const QString type = QString::fromLatin1(value.typeName());
    switch (value.typeId()) {
    case QMetaType::UnknownType:
        return u"invalid"_s;
    case QMetaType::Nullptr:
        return u"nullptr"_s;
    case QMetaType::QVariantList: {
        QStringList items;
        for (const QVariant &item : value.toList())
            items.append(described(item));
        return u"list[%1]"_s.arg(items.join(u", "_s));
    }
    case QMetaType::QVariantMap: {
        QStringList items;
        const QVariantMap map = value.toMap();
        for (auto it = map.cbegin(); it != map.cend(); ++it)
            items.append(it.key() + u": "_s + described(it.value()));
        return u"map{%1}"_s.arg(items.join(u", "_s));
    }
    case QMetaType::QByteArray:
        return u"QByteArray %1"_s.arg(QString::fromLatin1(value.toByteArray().toHex()));
    case QMetaType::QDateTime:
        return u"QDateTime %1"_s.arg(value.toDateTime().toUTC().toString(Qt::ISODateWithMs));
    case QMetaType::Double:
        return u"double %1"_s.arg(value.toDouble(), 0, 'g', 17);
    default:
        return type + u' ' + value.toString();
    }
}

const QMap<QString, QVariant> &values()
{
    static const QMap<QString, QVariant> values{
        {u"invalid"_s, {}},
        {u"nullptr"_s, QVariant::fromValue(nullptr)},
        {u"true"_s, true},
        {u"int"_s, -42},
        {u"2^53"_s, Q_INT64_C(9007199254740992)},
        {u"largest qlonglong"_s, std::numeric_limits<qlonglong>::max()},
        {u"largest qulonglong"_s, std::numeric_limits<qulonglong>::max()},
        {u"double"_s, 0.1},
        {u"minus zero"_s, -0.0},
        {u"QString"_s, u"grüße 🙂"_s},
        {u"null QString"_s, QString()},
        {u"QByteArray"_s, QByteArray("\0\xff\x7f", 3)},
        {u"null QByteArray"_s, QByteArray()},
        {u"QDateTime"_s, QDateTime::fromMSecsSinceEpoch(1700000000123).toUTC()},
        {u"QVariantList"_s, QVariantList{1, u"two"_s, QVariantList{}, QVariantMap{}}},
        {u"QStringList"_s, QStringList{u"a"_s, u"b"_s}},
        {u"QVariantMap"_s, QVariantMap{{u"a"_s, 1}, {u"0"_s, u"zero"_s}, {u""_s, false}}},
        {u"__proto__"_s, QVariantMap{{u"__proto__"_s, QVariantMap{{u"admin"_s, true}}}}},
        {u"deep"_s,
         [] {
             QVariant value = 1;
             for (int i = 0; i < 128; ++i)
                 value = QVariantList{value};
             return value;
         }()},
    };
    return values;
}

} // namespace

CppPeer::CppPeer()
    : m_server(m_folder.filePath(u"cpp"_s))
{
    connect(&m_server, &IPCServer::requestReceived, this,
            [this](const QVariant &request, const IPCResponder &respond) {
                const QString give = u"give "_s;
                const QString text = request.toString();
                if (request.typeId() == QMetaType::QString && text.startsWith(give)) {
                    respond(values().value(text.mid(give.size())));
                    return;
                }
                m_seen = described(request);
                respond(request);
            });
    if (!m_server.listen())
        qFatal("no server for the test: %s", qPrintable(m_server.error().message()));
}

QString CppPeer::freshPath()
{
    return m_folder.filePath(u"s%1"_s.arg(++m_paths));
}

bool CppPeer::knowsWhoConnects() const
{
#ifdef QIPC_PORTABLE_TRANSPORT
    return false;
#else
    return true;
#endif
}

QStringList CppPeer::names() const
{
    return values().keys();
}
