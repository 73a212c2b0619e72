// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_VALUEBUILDER_P_H
#define QIPC_VALUEBUILDER_P_H

#include "valuelimits_p.h"

#include <QtCore/QByteArray>
#include <QtCore/QDateTime>
#include <QtCore/QString>
#include <QtCore/QVarLengthArray>
#include <QtCore/QVariant>

#include <array>
#include <map>
#include <utility>

namespace qipc {

/*!
 * Puts a value together from the events of a reader: the receiving side of the value model.
 *
 * The events mirror those of the writers (see valueencoder_p.h). A reader calls key() before each
 * value of a map, closes what it opened, and delivers one value in all.
 *
 * Its stack is its own, so depth costs no machine stack; it is bounded by the limits.
 */
class ValueBuilder
{
public:
    //! What becomes of the outermost value.
    enum class Root {
        Value, //!< take() gives it.
        //! It has to be a map, of whose entries field() gives those of a packet; the others are
        //! dropped. It does not count as a level.
        Packet,
    };

    explicit ValueBuilder(ValueLimits limits, Root root = Root::Value);

    void undefined() { add(QVariant()); }
    void null() { add(QVariant::fromValue(nullptr)); }
    void boolean(bool value) { add(value); }
    void integer(qint64 value) { add(value); }
    //! Becomes a qlonglong where it fits one.
    void unsignedInteger(quint64 value);
    void real(double value) { add(value); }
    void string(const QString &value) { add(value); }
    void bytes(const QByteArray &value) { add(value); }
    void dateTime(const QDateTime &value) { add(value); }

    //! False where this is a level too many: then stop. \a sizeHint is taken with a pinch of salt.
    [[nodiscard]] bool beginList(qsizetype sizeHint = 0);
    void endList();
    //! As beginList().
    [[nodiscard]] bool beginMap();
    void key(QString key);
    void endMap();

    //! Whether the key that comes is one of a packet's own; then packetKey() may be called instead
    //! of key(), so that no QString is made of a single character.
    [[nodiscard]] bool isAtPacketKey() const { return m_inPacket && m_levels.isEmpty(); }
    void packetKey(char16_t key) { m_field = fieldFor(key); }

    //! Whether exactly one value has come, and is whole.
    [[nodiscard]] bool isComplete() const { return m_complete; }
    //! The value; it has to be complete, and the root a Value.
    [[nodiscard]] QVariant take();
    //! The value behind the \a key (t, d, n or e) of a packet, which has to be complete; null where
    //! there was none. Of a key that came twice it is the last one.
    [[nodiscard]] QVariant *field(char16_t key)
    {
        const Field field = fieldFor(key);
        return m_hasField[field] ? &m_fields[field] : nullptr;
    }

    //! Whether more values have come than may: then stop.
    [[nodiscard]] bool hasTooMany() const { return m_count > m_limits.values; }

    [[nodiscard]] const ValueLimits &limits() const { return m_limits; }

private:
    struct Level
    {
        bool isMap = false;
        QVariantList list;
        std::map<QString, QVariant> map; //!< What a QVariantMap holds; takes its entries by move.
        QString key;
    };

    // The index of each field; what is none of ours goes to the last one.
    enum Field { Type, Data, Nonce, Fault, Other };

    [[nodiscard]] static Field fieldFor(char16_t key)
    {
        switch (key) {
        case u't':
            return Type;
        case u'd':
            return Data;
        case u'n':
            return Nonce;
        case u'e':
            return Fault;
        }
        return Other;
    }
    template <typename T>
    void add(T &&value);
    void addOutermost(QVariant &&value);
    [[nodiscard]] bool open(bool isMap);
    void close();

    QVarLengthArray<Level, 4> m_levels;
    std::array<QVariant, Other + 1> m_fields;
    std::array<bool, Other + 1> m_hasField{};
    QVariant m_root;
    ValueLimits m_limits;
    int m_count = 0; // of the values in lists and maps
    Field m_field = Other;
    bool m_rootIsPacket;
    bool m_inPacket = false;
    bool m_complete = false;
};

template <typename T>
void ValueBuilder::add(T &&value)
{
    if (m_levels.isEmpty()) {
        addOutermost(QVariant(std::forward<T>(value)));
        return;
    }
    ++m_count;
    Level &level = m_levels.last();
    if (level.isMap) {
        // Most peers write their keys in order: then nothing is searched.
        const auto entry =
            level.map.emplace_hint(level.map.end(), std::move(level.key), QVariant());
        entry->second = QVariant(std::forward<T>(value));
    } else {
        level.list.emplaceBack(std::forward<T>(value));
    }
}

} // namespace qipc

#endif
