// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_RECENTKEYS_P_H
#define QIPC_RECENTKEYS_P_H

#include <QtCore/QByteArrayView>
#include <QtCore/QString>
#include <QtCore/QVarLengthArray>

namespace qipc {

/*!
 * The keys that came last. The maps of a list mostly have the same keys in the same order; so each
 * text is made once and then shared.
 */
class RecentKeys
{
public:
    //! The text of the key \a utf8, which has to stay where it is; \a make makes it of that.
    template <typename Make>
    QString text(QByteArrayView utf8, Make make)
    {
        if (m_next < m_keys.size() && m_keys[m_next].utf8 == utf8)
            return m_keys[m_next++].text;
        for (qsizetype i = 0; i < m_keys.size(); ++i) {
            if (m_keys[i].utf8 == utf8) {
                m_next = i + 1;
                return m_keys[i].text;
            }
        }
        QString text = make(utf8);
        if (m_keys.size() < most)
            m_keys.append({utf8, text});
        m_next = m_keys.size();
        return text;
    }

private:
    struct Key
    {
        QByteArrayView utf8;
        QString text;
    };

    static constexpr qsizetype most = 16;
    QVarLengthArray<Key, most> m_keys;
    qsizetype m_next = 0; //!< The one behind that which came last.
};

} // namespace qipc

#endif
