// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "remote.h"

#include <QtCore/QBuffer>
#include <QtGui/QScreen>
#include <QtQml/QQmlProperty>
#include <QtQuick/QQuickItem>
#include <QtQuick/QQuickWindow>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>

#include <functional>

using namespace Qt::StringLiterals;

namespace {

// All visible items below \a item, and itself.
void forEachItem(QQuickItem *item, const std::function<void(QQuickItem *)> &visit)
{
    if (!item->isVisible())
        return;
    visit(item);
    const QList<QQuickItem *> children = item->childItems();
    for (QQuickItem *child : children)
        forEachItem(child, visit);
}

} // namespace

QVariant Remote::answer(const QVariantMap &request) const
{
    if (request.isEmpty())
        return {};
    const QString what = request.firstKey();
    const QVariant value = request.first();
    const QVariantList list = value.toList();

    if (what == u"texts"_s)
        return texts();
    if (what == u"get"_s)
        return property(list.value(0).toString(), list.value(1).toString());
    if (what == u"focus"_s)
        return focused() ? focused()->objectName() : QString();
    if (what == u"type"_s)
        type(value.toString());
    else if (what == u"key"_s)
        press(list.value(0).toInt(), list.value(1).toInt());
    else if (what == u"paste"_s)
        QQmlProperty::write(focused(), u"text"_s, value);
    else if (what == u"resize"_s)
        m_window->resize(list.value(0).toInt(), list.value(1).toInt());
    else if (what == u"grab"_s)
        return grab();
    return {};
}

QVariantList Remote::texts() const
{
    QVariantList found;
    forEachItem(m_window->contentItem(), [&](QQuickItem *item) {
        const QString text = item->property("text").toString();
        if (text.isEmpty() || !(item->inherits("QQuickText") || item->inherits("QQuickTextEdit")))
            return;
        const QRectF place = item->mapRectToScene(item->boundingRect());
        found.append(QVariantMap{{u"text"_s, text},
                                 {u"left"_s, place.left()},
                                 {u"right"_s, place.right()},
                                 {u"top"_s, place.top()},
                                 {u"bottom"_s, place.bottom()},
                                 {u"elided"_s, item->property("truncated").toBool()},
                                 {u"needed"_s, item->property("contentWidth").toReal()}});
    });
    return found;
}

QVariant Remote::property(const QString &object, const QString &name) const
{
    QObject *found = object.isEmpty() ? m_window : nullptr;
    forEachItem(m_window->contentItem(), [&](QQuickItem *item) {
        if (!found && item->objectName() == object)
            found = item;
    });
    return found ? QQmlProperty::read(found, name) : QVariant();
}

// What the focus is in.
QQuickItem *Remote::focused() const
{
    m_window->requestActivate();
    return QTest::qWaitForWindowActive(m_window) ? m_window->activeFocusItem() : nullptr;
}

void Remote::type(const QString &text) const
{
    if (!focused())
        return;
    for (const QChar character : text)
        QTest::keyClick(m_window, character.toLatin1());
}

void Remote::press(int key, int modifiers) const
{
    if (focused())
        QTest::keyClick(m_window, Qt::Key(key), Qt::KeyboardModifiers(modifiers));
}

QByteArray Remote::grab() const
{
    QSignalSpy drawn(m_window, &QQuickWindow::frameSwapped);
    m_window->update();
    drawn.wait(); // for what has changed by now
    QByteArray png;
    QBuffer buffer(&png);
    m_window->screen()->grabWindow(m_window->winId()).save(&buffer, "PNG");
    return png;
}
