// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

// msgpack-cxx as a program of Qt would use it: its packer writes, a visitor builds the value.

#include "codec.h"

#include "failure.h"

#include <msgpack.hpp>

#include <utility>
#include <vector>

using namespace Qt::StringLiterals;

namespace compare {

namespace {

struct Output
{
    QByteArray bytes;
    void write(const char *data, size_t size) { bytes.append(data, qsizetype(size)); }
};

using Packer = msgpack::packer<Output>;

void packText(Packer &packer, const QString &text)
{
    const QByteArray utf8 = text.toUtf8();
    packer.pack_str(uint32_t(utf8.size()));
    packer.pack_str_body(utf8.constData(), uint32_t(utf8.size()));
}

// NOLINTNEXTLINE(misc-no-recursion): its input is our own
void packValue(Packer &packer, const QVariant &value)
{
    switch (value.typeId()) {
    case QMetaType::Int:
    case QMetaType::LongLong:
        packer.pack_int64(value.toLongLong());
        return;
    case QMetaType::Bool:
        value.toBool() ? packer.pack_true() : packer.pack_false();
        return;
    case QMetaType::Double:
        packer.pack_double(value.toDouble());
        return;
    case QMetaType::QString:
        packText(packer, *static_cast<const QString *>(value.constData()));
        return;
    case QMetaType::QByteArray: {
        const auto &bytes = *static_cast<const QByteArray *>(value.constData());
        packer.pack_bin(uint32_t(bytes.size()));
        packer.pack_bin_body(bytes.constData(), uint32_t(bytes.size()));
        return;
    }
    case QMetaType::QVariantList: {
        const auto &list = *static_cast<const QVariantList *>(value.constData());
        packer.pack_array(uint32_t(list.size()));
        for (const QVariant &item : list)
            packValue(packer, item);
        return;
    }
    case QMetaType::QVariantMap: {
        const auto &map = *static_cast<const QVariantMap *>(value.constData());
        packer.pack_map(uint32_t(map.size()));
        for (auto it = map.begin(); it != map.end(); ++it) {
            packText(packer, it.key());
            packValue(packer, it.value());
        }
        return;
    }
    default:
        fail(u"msgpack-cxx: no idea how to pack a "_s + QString::fromLatin1(value.typeName()));
    }
}

QByteArray encode(const QVariantMap &value)
{
    Output output;
    Packer packer(output);
    packValue(packer, value);
    return output.bytes;
}

class Visitor : public msgpack::null_visitor
{
public:
    bool visit_nil() { return add(QVariant::fromValue(nullptr)); }
    bool visit_boolean(bool value) { return add(value); }
    bool visit_positive_integer(uint64_t value) { return add(qlonglong(value)); }
    bool visit_negative_integer(int64_t value) { return add(qlonglong(value)); }
    bool visit_float64(double value) { return add(value); }
    bool visit_str(const char *text, uint32_t size)
    {
        const QString string = QString::fromUtf8(text, qsizetype(size));
        if (!m_inKey)
            return add(string);
        m_levels.back().key = string;
        return true;
    }
    bool visit_bin(const char *bytes, uint32_t size)
    {
        return add(QByteArray(bytes, qsizetype(size)));
    }
    bool start_array(uint32_t /*size*/) { return open(false); }
    bool end_array() { return close(); }
    bool start_map(uint32_t /*size*/) { return open(true); }
    bool end_map() { return close(); }
    bool start_map_key()
    {
        m_inKey = true;
        return true;
    }
    bool end_map_key()
    {
        m_inKey = false;
        return true;
    }

    QVariant root;

private:
    struct Level
    {
        bool isMap;
        QVariantMap map;
        QVariantList list;
        QString key;
    };

    bool add(QVariant value)
    {
        if (m_levels.empty())
            root = std::move(value);
        else if (m_levels.back().isMap)
            m_levels.back().map.insert(m_levels.back().key, std::move(value));
        else
            m_levels.back().list.append(std::move(value));
        return true;
    }
    bool open(bool isMap)
    {
        m_levels.push_back({isMap, {}, {}, {}});
        return true;
    }
    bool close()
    {
        Level level = std::move(m_levels.back());
        m_levels.pop_back();
        return level.isMap ? add(std::move(level.map)) : add(std::move(level.list));
    }

    std::vector<Level> m_levels;
    bool m_inKey = false;
};

QVariant decode(const QByteArray &bytes)
{
    Visitor visitor;
    if (!msgpack::parse(bytes.constData(), size_t(bytes.size()), visitor))
        fail(u"msgpack-cxx: cannot parse what it wrote"_s);
    return visitor.root;
}

} // namespace

Codec msgpackCxx()
{
    return {"msgpack-cxx", "MessagePack", encode, decode};
}

} // namespace compare
